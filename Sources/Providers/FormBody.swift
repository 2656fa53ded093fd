/// The body of a form: `a=1&b=two+words`.
///
/// **Source:** WHATWG URL §5, `application/x-www-form-urlencoded`.
enum FormBody {
    static let contentType = "application/x-www-form-urlencoded"

    /// The members in their order; those without a value are left out.
    static func encode(_ members: KeyValuePairs<String, String?>) -> [UInt8] {
        Array(
            members.compactMap { name, value in value.map { "\(field(name))=\(field($0))" } }
                .joined(separator: "&").utf8)
    }

    /// Percent-encoded but for letters, digits and `-._~`; also fit for a part of a path.
    static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            isPlain(byte) ? String(UnicodeScalar(byte)) : "%" + hex(byte >> 4) + hex(byte & 15)
        }.joined()
    }

    private static func field(_ text: String) -> String { escaped(text).replacing("%20", with: "+") }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~".utf8.contains(byte)
        }
    }

    private static func hex(_ digit: UInt8) -> String { String(digit, radix: 16, uppercase: true) }
}
