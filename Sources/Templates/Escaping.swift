/// What is done to a value before it is printed, by where it stands.
enum Escaping: Sendable, Hashable {
    case none
    /// Nothing is ever stripped out of a header: what could end it is refused.
    case line
    case html
    /// A part of an address, which cannot become more than that part, or with `isWhole` all of it from its scheme on.
    case url(isWhole: Bool, inHTML: Bool)

    /// Why a value cannot stand where the template puts it, to be read after the value's name.
    struct Refusal: Error {
        let message: String
    }

    func escape(_ text: String) throws(Refusal) -> String {
        switch self {
        case .none: return text
        case .line:
            guard Escaping.isLine(text) else {
                throw Refusal(message: "must not have a line break or a control character: it becomes a header")
            }
            return text
        case .html: return Escaping.html(text)
        case .url(let isWhole, let inHTML):
            if isWhole, !Escaping.isHarmlessAddress(text) {
                throw Refusal(message: "must be an address with https, http, mailto or tel")
            }
            let encoded = Escaping.percentEncoded(text, keeping: isWhole ? "-._~:/?#[]@!$&'()*+,;=%" : "-._~")
            return inHTML ? Escaping.html(encoded) : encoded
        }
    }

    /// Whether text may stand in a header: as `MailMessage` judges it once more before it is sent.
    static func isLine(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            (scalar.value >= 0x20 || scalar == "\t") && !(0x7F...0x9F).contains(scalar.value)
                && scalar.value != 0x2028 && scalar.value != 0x2029
        }
    }

    /// **Source:** OWASP, "Cross Site Scripting Prevention": for text and for quoted attributes.
    private static func html(_ text: String) -> String {
        guard text.utf8.contains(where: { entities[$0] != nil }) else { return text }
        var escaped: [UInt8] = []
        for byte in text.utf8 {
            if let entity = entities[byte] { escaped.append(contentsOf: entity.utf8) } else { escaped.append(byte) }
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    private static let entities: [UInt8: String] = [
        UInt8(ascii: "&"): "&amp;", UInt8(ascii: "<"): "&lt;", UInt8(ascii: ">"): "&gt;", UInt8(ascii: "\""): "&quot;",
        UInt8(ascii: "'"): "&#39;", UInt8(ascii: "`"): "&#96;",
    ]

    /// Without a scheme it stays within the site; any other scheme, `javascript:` above all, could do anything.
    private static func isHarmlessAddress(_ text: String) -> Bool {
        let start = text.prefix { !"/?#".contains($0) }
        guard let colon = start.firstIndex(of: ":") else { return true }
        return ["https", "http", "mailto", "tel"].contains(start[..<colon].lowercased())
    }

    /// **Source:** RFC 3986 §2.1.
    private static func percentEncoded(_ text: String, keeping marks: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            if isLetterOrDigit(byte) || marks.utf8.contains(byte) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                for digit in [byte >> 4, byte & 0xF] {
                    encoded.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
                }
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
