/// A parameter of a header, such as `filename`, in as many pieces as it needs.
///
/// **Source:** RFC 2045 §5.1 for the plain form; RFC 2231 §3 and §4 for continuations and the extended form.
enum HeaderParameter {
    /// Bytes of one piece, percent-encoded: leaves room for the name, its number and the quotes.
    private static let pieceLength = 45

    /// The words to follow the header's value, each but the last with its semicolon.
    static func words(_ name: String, _ value: String) -> [String] {
        if HeaderText.isPrintable(value), value.utf8.count <= pieceLength {
            let escaped = value.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
            return ["\(name)=\"\(escaped)\""]
        }
        let pieces = pieces(of: value)
        if pieces.count == 1 { return ["\(name)*=utf-8''\(pieces[0])"] }
        return pieces.enumerated().map { index, piece in
            let end = index == pieces.count - 1 ? "" : ";"
            return index == 0 ? "\(name)*0*=utf-8''\(piece)\(end)" : "\(name)*\(index)*=\(piece)\(end)"
        }
    }

    private static func pieces(of value: String) -> [String] {
        var pieces = [""]
        for scalar in value.unicodeScalars {
            let encoded = String(scalar).utf8.map(percentEncoded).joined()
            if pieces[pieces.count - 1].utf8.count + encoded.utf8.count > pieceLength { pieces.append("") }
            pieces[pieces.count - 1] += encoded
        }
        return pieces
    }

    private static func percentEncoded(_ byte: UInt8) -> String {
        if byte.isLetterOrDigit || "-._~".utf8.contains(byte) { return String(UnicodeScalar(byte)) }
        let digits = String(byte, radix: 16, uppercase: true)
        return "%" + (digits.count == 1 ? "0" : "") + digits
    }
}
