/// Cuts a template's text into its tags and what stands between them.
struct MustacheTokens {
    enum Token {
        case text(Range<Int>)
        case tag(Tag)
    }

    struct Tag {
        var kind: Kind
        var name: String
        /// Of its first brace.
        var offset: Int
    }

    enum Kind {
        case value, raw, section, inverted, end, partial, comment
        case unsupported(String)

        /// Whether a line that holds nothing else is not printed, not even its end.
        fileprivate var mayStandAlone: Bool {
            switch self {
            case .value, .raw, .unsupported: false
            case .section, .inverted, .end, .partial, .comment: true
            }
        }

        /// By the first character within the braces, and whether it is a part of the name.
        fileprivate init(_ character: UInt8?) {
            switch Unicode.Scalar(character ?? 0) {
            case "#": self = .section
            case "^": self = .inverted
            case "/": self = .end
            case ">": self = .partial
            case "!": self = .comment
            case "&": self = .raw
            case "=": self = .unsupported("other delimiters")
            case "<", "$": self = .unsupported("blocks")
            default: self = .value
            }
        }
    }

    let bytes: [UInt8]

    func all() throws(MustacheSyntaxError) -> [Token] {
        var tokens: [Token] = []
        var position = 0
        while let open = find("{{", from: position) {
            let (tag, end) = try tag(at: open)
            let line = tag.kind.mayStandAlone ? line(around: open..<end) : nil
            let textEnd = line?.lowerBound ?? open
            if textEnd > position { tokens.append(.text(position..<textEnd)) }
            tokens.append(.tag(tag))
            position = line?.upperBound ?? end
        }
        if position < bytes.count { tokens.append(.text(position..<bytes.count)) }
        return tokens
    }

    private func tag(at open: Int) throws(MustacheSyntaxError) -> (Tag, end: Int) {
        let isTriple = open + 2 < bytes.count && bytes[open + 2] == UInt8(ascii: "{")
        let inner = open + (isTriple ? 3 : 2)
        guard let close = find(isTriple ? "}}}" : "}}", from: inner) else {
            throw MustacheSyntaxError("the tag is never closed", at: open, in: bytes)
        }
        var content = bytes[inner..<close]
        var kind = Kind.raw
        if !isTriple {
            kind = Kind(content.first)
            if case .value = kind {} else { content = content.dropFirst() }
        }
        let name = String(decoding: MustacheTokens.trimmed(content), as: UTF8.self)
        return (Tag(kind: kind, name: name, offset: open), close + (isTriple ? 3 : 2))
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank = { (byte: UInt8) in byte <= UInt8(ascii: " ") }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return bytes[first...last]
    }

    private func find(_ braces: StaticString, from start: Int) -> Int? {
        let (count, brace) = (braces.utf8CodeUnitCount, braces.utf8Start[0])
        var position = start
        while position + count <= bytes.count {
            if bytes[position] == brace, bytes[position..<position + count].allSatisfy({ $0 == brace }) {
                return position
            }
            position += 1
        }
        return nil
    }

    /// The whole line, with its end, of a tag that has nothing but blanks beside it.
    private func line(around tag: Range<Int>) -> Range<Int>? {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var (start, end) = (tag.lowerBound, tag.upperBound)
        while start > 0, isBlank(bytes[start - 1]) { start -= 1 }
        guard start == 0 || bytes[start - 1] == UInt8(ascii: "\n") else { return nil }
        while end < bytes.count, isBlank(bytes[end]) { end += 1 }
        if end == bytes.count { return start..<end }
        if bytes[end] == UInt8(ascii: "\r"), end + 1 < bytes.count { end += 1 }
        return bytes[end] == UInt8(ascii: "\n") ? start..<end + 1 : nil
    }
}
