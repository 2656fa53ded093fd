/// A provider's own words, made safe to show.
enum ReceiptText {
    private static let longest = 200

    /// Without what may be an address or a number of a person, and not longer than a sentence.
    static func withoutAddresses(_ text: String) -> String {
        let words = text.prefix(longest).split(whereSeparator: \.isWhitespace).map { word in
            word.contains("@") || word.count(where: \.isNumber) > 6 ? "…" : String(word)
        }
        return words.joined(separator: " ")
    }
}
