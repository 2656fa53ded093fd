public import Foundation

/// Base64 for URLs and tokens. **Source:** RFC 4648 §5.
extension Data {
    /// Padding may be there or not.
    public init?(base64URL text: String) {
        let given = text.reversed().prefix { $0 == "=" }.count
        let digits = text.dropLast(given)
        let needed = (4 - digits.utf8.count % 4) % 4
        guard given == 0 || given == needed, !digits.contains(where: { "+/=".contains($0) }) else { return nil }
        let plain = digits.replacing("-", with: "+").replacing("_", with: "/")
        self.init(base64Encoded: plain + String(repeating: "=", count: needed))
    }

    /// Without padding.
    public var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
