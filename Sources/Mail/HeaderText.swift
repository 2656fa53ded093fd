/// Text for a header's value, as words that a line may be folded between.
///
/// **Source:** RFC 5322 §2.2 and §3.2, RFC 2047.
enum HeaderText {
    /// The longest line that is written where a place to fold can be found, without its CRLF: 78 for headers at large,
    /// 76 for those with encoded words (RFC 2047 §2).
    static let lineLength = 76
    /// Refuses what could end a header or a line. Nothing is ever stripped: a message that was meant to be two is none.
    static func check(_ text: String, part: String) throws(MailError) {
        let isClean = text.unicodeScalars.allSatisfy {
            ($0.value >= 0x20 || $0 == "\t") && !(0x7F...0x9F).contains($0.value) && !lineSeparators.contains($0.value)
        }
        guard isClean else { throw .controlCharacter(part: part) }
    }

    /// The two that some readers take for line breaks.
    private static let lineSeparators: Set<UInt32> = [0x2028, 0x2029]

    /// The words of free text, such as a subject. Joined by single spaces they give back the text.
    static func unstructured(_ text: String, longestWord: Int) -> [String] {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let isPlain =
            isPrintable(text) && !text.contains("=?")
            && words.allSatisfy { !$0.isEmpty && $0.utf8.count <= longestWord }
        return isPlain ? words : EncodedWord.words(text)
    }

    /// The words of a display name.
    static func phrase(_ name: String) -> [String] {
        guard isPrintable(name), !name.contains("=?"), name.utf8.count <= 60 else { return EncodedWord.words(name) }
        let escaped = name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
        return ["\"\(escaped)\""]
    }

    /// `Name: word word`, folded before the word that would make a line too long, unless it is too long for any line.
    static func fold(_ name: String, _ words: [String]) -> String {
        var folded = name + ":"
        var length = folded.utf8.count
        for word in words {
            let width = 1 + word.utf8.count
            let isFirst = length == name.utf8.count + 1
            let folds = length + width > lineLength && (width <= lineLength || !isFirst)
            length = folds ? width : length + width
            folded += (folds ? "\r\n " : " ") + word
        }
        return folded + "\r\n"
    }

    static func isPrintable(_ text: String) -> Bool { text.utf8.allSatisfy { (0x20...0x7E).contains($0) } }
}
