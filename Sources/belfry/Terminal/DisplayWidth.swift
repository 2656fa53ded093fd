extension String {
    /// Columns on a terminal.
    var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

    /// As much of it as fits into so many columns, with `…` where something is cut off.
    func fitted(to columns: Int) -> String {
        guard displayWidth > columns else { return self }
        guard columns > 0 else { return "" }
        var kept = ""
        var width = 0
        for character in self {
            width += character.displayWidth
            if width > columns - 1 { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// Without what would move the cursor or change the terminal: other people's text is not to be trusted with that.
    var printable: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.steersTerminal ? "\u{FFFD}" : $0 }))
    }
}

extension Character {
    /// Columns on a terminal: 2 for East Asian wide characters and emoji, 0 for what joins the one before.
    ///
    /// **Source:** Unicode Standard Annex #11, the blocks whose characters are all or nearly all wide.
    var displayWidth: Int {
        guard let first = unicodeScalars.first else { return 0 }
        if first.isZeroWidth { return 0 }
        let isEmoji = first.properties.isEmojiPresentation || unicodeScalars.contains { $0.value == 0xFE0F }
        return isEmoji || Character.wide.contains { $0.contains(first.value) } ? 2 : 1
    }

    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD,
    ]
}

extension Unicode.Scalar {
    fileprivate var isZeroWidth: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: true
        default: false
        }
    }

    /// Control characters, and the marks that turn the direction of what follows.
    fileprivate var steersTerminal: Bool {
        properties.generalCategory == .control || (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value)
            || properties.generalCategory == .lineSeparator || properties.generalCategory == .paragraphSeparator
    }
}
