import Crypto
import Foundation

/// A key that signs webhooks, as it is shown to their receivers: `whsec_` and 24 to 64 random bytes in base64.
///
/// **Source:** Standard Webhooks 1.0.0, "Signature scheme", symmetric.
struct WebhookSecret: Sendable {
    static let prefix = "whsec_"
    private let key: SymmetricKey

    /// - Parameter position: its place among the secrets from 1, to name it in the error.
    init(parsing text: String, position: Int) throws(ProvidersError) {
        func invalid(_ problem: String) -> ProvidersError { .invalidSecret(position: position, problem: problem) }
        guard text.hasPrefix(WebhookSecret.prefix) else { throw invalid("does not begin with \(WebhookSecret.prefix)") }
        guard let bytes = Data(base64Encoded: String(text.dropFirst(WebhookSecret.prefix.count))) else {
            throw invalid("is not base64")
        }
        guard 24...64 ~= bytes.count else { throw invalid("has \(bytes.count) bytes instead of 24 to 64") }
        key = SymmetricKey(data: bytes)
    }

    /// `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`.
    func signature(id: String, timestamp: Int, body: [UInt8]) -> String {
        var mac = HMAC<SHA256>(key: key)
        mac.update(data: Data("\(id).\(timestamp).".utf8))
        mac.update(data: body)
        return "v1," + Data(mac.finalize()).base64EncodedString()
    }
}

extension WebhookSecret: CustomStringConvertible, CustomDebugStringConvertible {
    var description: String { WebhookSecret.prefix + "…" }
    var debugDescription: String { description }
}
