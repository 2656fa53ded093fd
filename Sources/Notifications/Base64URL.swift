public import Foundation

/// Base64 for URLs and tokens. **Source:** RFC 4648 §5.
extension Data {
    /// Padding may be there or not.
    public init?(base64URL text: String) {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        guard !text.contains("+"), !text.contains("/") else { return nil }
        let padding = String(repeating: "=", count: plain.hasSuffix("=") ? 0 : (4 - plain.utf8.count % 4) % 4)
        self.init(base64Encoded: plain + padding)
    }

    /// Without padding.
    public var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
