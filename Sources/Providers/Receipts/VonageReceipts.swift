import Crypto
import Foundation
public import Notifications

/// The status webhook of Vonage's Messages API, signed by a token that names the body's hash.
///
/// **Source:** Vonage, "Signed webhooks".
public struct VonageReceipts: ReceiptParser {
    private let key: SymmetricKey

    /// - Parameter signatureSecret: of the account, from "API Settings".
    public init(signatureSecret: String) {
        key = SymmetricKey(data: Data(signatureSecret.utf8))
    }

    public func read(_ callback: ReceiptCallback) throws(ReceiptRefusal) -> ReceiptReading {
        try ReceiptBody.judge(signedAt: try claims(callback)["iat"]?.looseNumber, callback)
        let json = try ReceiptBody.json(callback)
        guard let id = json["message_uuid"]?.string else { throw .malformed("There is no message_uuid.") }
        guard let kind = VonageReceipts.kinds[json["status"]?.string ?? ""] else { return ReceiptReading() }
        let error = json["error"]?["title"]?.looseNumber.map { String(Int($0)) } ?? "none"
        let receipt = Receipt(
            messageId: id, reference: json["client_ref"]?.string.flatMap(DeliveryReference.init(text:)), kind: kind,
            failure: kind == .bounced
                ? DeliveryFailure(code: "vonage\(error)", detail: "Vonage did not deliver it: error \(error).") : nil,
            // An invalid number, a barred one.
            isPermanent: ["1040", "1050"].contains(error), at: json["timestamp"]?.date ?? callback.now)
        return ReceiptReading(receipts: [receipt])
    }

    private static let kinds: [String: Receipt.Kind] = [
        "delivered": .delivered, "rejected": .bounced, "undeliverable": .bounced, "read": .opened,
    ]

    /// What the token says; only a token that is ours and of this body says anything.
    private func claims(_ callback: ReceiptCallback) throws(ReceiptRefusal) -> JSON {
        let bearer = "Bearer "
        guard let header = callback.headers["authorization"], header.hasPrefix(bearer) else {
            throw ReceiptBody.wrongSignature
        }
        let parts = header.dropFirst(bearer.count).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let head = VonageReceipts.json(parts[0]), head["alg"]?.string == "HS256",
            let code = Data(base64URL: String(parts[2])),
            HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: Data((parts[0] + "." + parts[1]).utf8), using: key),
            let claims = VonageReceipts.json(parts[1]), claims["iss"]?.string == "Vonage",
            let hash = claims["payload_hash"]?.string.flatMap({ Data(hex: $0) }),
            hash == Data(SHA256.hash(data: callback.body))
        else { throw ReceiptBody.wrongSignature }
        return claims
    }

    private static func json(_ part: Substring) -> JSON? {
        Data(base64URL: String(part)).flatMap { try? JSON(parsing: Array($0)) }
    }
}
