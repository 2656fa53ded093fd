/// A text as short messages carry it.
///
/// Telephones have an alphabet of 7 bits, GSM 03.38. One character outside of it makes the whole text UCS-2, and what does
/// not fit in one message goes in several, each a little shorter for the header that joins them.
///
/// **Source:** 3GPP TS 23.038 §6.2.1 (the alphabet and its extension), TS 23.040 §9.2.3.24.1 (joining, 8-bit reference).
public struct SMSText: Sendable, Hashable {
    public enum Alphabet: Sendable, Hashable {
        /// 160 septets alone, 153 in each of several; a character of the extension takes two.
        case gsm7
        /// 70 units of UTF-16 alone, 67 in each of several.
        case ucs2
    }

    public let alphabet: Alphabet
    /// The text in pieces, each of which is one message; one that is empty for an empty text.
    public let segments: [String]

    public init(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        let isGSM = scalars.allSatisfy { SMSText.septets($0) != nil }
        alphabet = isGSM ? .gsm7 : .ucs2
        let widths = scalars.map { isGSM ? SMSText.septets($0) ?? 0 : UTF16.width($0) }
        let (single, joined) = isGSM ? (160, 153) : (70, 67)
        segments = widths.reduce(0, +) <= single ? [text] : SMSText.split(scalars, widths, limit: joined)
    }

    /// Fills one piece after the other. Neither half of a character that takes two goes into another piece.
    private static func split(_ scalars: [Unicode.Scalar], _ widths: [Int], limit: Int) -> [String] {
        var segments: [String] = []
        var segment = String.UnicodeScalarView()
        var room = limit
        for (scalar, width) in zip(scalars, widths) {
            if width > room {
                segments.append(String(segment))
                segment = String.UnicodeScalarView()
                room = limit
            }
            segment.append(scalar)
            room -= width
        }
        return segments + [String(segment)]
    }

    /// How many septets a character takes; nil for one that telephones' own alphabet lacks.
    private static func septets(_ scalar: Unicode.Scalar) -> Int? {
        basic.contains(scalar) ? 1 : extended.contains(scalar) ? 2 : nil
    }

    private static let basic = Set(
        ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
            + "abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars)

    /// Behind an escape.
    private static let extended = Set("\u{0C}^{}\\[~]|€".unicodeScalars)
}
