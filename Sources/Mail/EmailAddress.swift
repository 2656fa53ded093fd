/// An address as it stands between `<` and `>`, in a header and in an envelope alike.
///
/// Local parts are plain (no quotes), in UTF-8 if need be, which needs a server with SMTPUTF8. Dots may stand anywhere
/// in them, as some carriers give out. Domains are ASCII: an international one is written in its `xn--` form.
///
/// **Source:** RFC 5321 §4.1.2 and §4.5.3.1, RFC 6531.
public struct EmailAddress: Sendable, Hashable {
    public enum Problem: Error, Sendable, Hashable, CustomStringConvertible {
        case malformed, internationalDomain

        public var description: String {
            switch self {
            case .malformed: "must be an e-mail address such as ann@example.com"
            case .internationalDomain: "has a domain that is not ASCII; write it in its xn-- form"
            }
        }
    }

    public let localPart: String
    public let domain: String

    public var text: String { "\(localPart)@\(domain)" }
    /// Whether only a server with SMTPUTF8 takes it.
    public var isInternational: Bool { !localPart.utf8.allSatisfy { $0 < 0x80 } }

    public init(_ text: String) throws(Problem) {
        guard let at = text.lastIndex(of: "@") else { throw .malformed }
        localPart = String(text[..<at])
        domain = String(text[text.index(after: at)...])
        guard (1...64).contains(localPart.utf8.count), (1...255).contains(domain.utf8.count),
            text.utf8.count <= 254, localPart.unicodeScalars.allSatisfy(EmailAddress.isLocal)
        else { throw .malformed }
        guard domain.utf8.allSatisfy({ $0 < 0x80 }) else { throw .internationalDomain }
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy(EmailAddress.isLabel) else { throw .malformed }
    }

    /// `atext` of RFC 5322, a dot, or anything beyond ASCII but controls and spaces.
    private static func isLocal(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.isASCII else { return !scalar.properties.isWhitespace && scalar.value >= 0xA0 }
        let byte = UInt8(scalar.value)
        return byte.isLetterOrDigit || ".!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
            && label.utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
    }
}

extension UInt8 {
    var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
