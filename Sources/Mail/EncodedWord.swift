import Foundation

/// Text beyond ASCII in a header: `=?utf-8?B?…?=`.
///
/// **Source:** RFC 2047 §2: a word has at most 75 characters and holds whole characters of its text.
enum EncodedWord {
    private static let prefix = "=?utf-8?B?"
    private static let suffix = "?="
    /// Base64 of 39 bytes has 52 characters, with the frame 64: one fits behind `Subject: ` in a line.
    private static let maximumBytes = 39

    /// Readers join them again without the space between.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var bytes: [UInt8] = []
        func flush() { if !bytes.isEmpty { words.append(prefix + Data(bytes).base64EncodedString() + suffix) } }
        for scalar in text.unicodeScalars {
            let encoded = Array(String(scalar).utf8)
            if bytes.count + encoded.count > maximumBytes {
                flush()
                bytes = []
            }
            bytes += encoded
        }
        flush()
        return words
    }
}
