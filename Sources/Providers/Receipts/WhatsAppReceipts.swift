import Crypto
import Foundation
public import Notifications

/// The webhook of WhatsApp's Cloud API, signed over its bytes.
///
/// **Source:** Meta, "Webhooks: Getting Started" and WhatsApp, "Webhook notification payload".
public struct WhatsAppReceipts: ReceiptParser {
    private let key: SymmetricKey
    private let verifyToken: String

    /// - Parameters:
    ///   - appSecret: of the Meta app.
    ///   - verifyToken: the word that was agreed when the webhook was entered there.
    public init(appSecret: String, verifyToken: String) {
        key = SymmetricKey(data: Data(appSecret.utf8))
        self.verifyToken = verifyToken
    }

    public func read(_ callback: ReceiptCallback) throws(ReceiptRefusal) -> ReceiptReading {
        if callback.method == "GET" { return try greet(callback) }
        let prefix = "sha256="
        guard let header = callback.headers["x-hub-signature-256"], header.hasPrefix(prefix),
            let code = Data(hex: header.dropFirst(prefix.count)),
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Data(callback.body), using: key)
        else { throw ReceiptBody.wrongSignature }
        let entries = try ReceiptBody.json(callback)["entry"]?.array ?? []
        let changes = entries.flatMap { $0["changes"]?.array ?? [] }
        let statuses = changes.flatMap { $0["value"]?["statuses"]?.array ?? [] }
        return ReceiptReading(receipts: statuses.compactMap { WhatsAppReceipts.receipt($0, callback) })
    }

    /// Meta asks once whether the address is ours.
    private func greet(_ callback: ReceiptCallback) throws(ReceiptRefusal) -> ReceiptReading {
        let given = HMAC<SHA256>.authenticationCode(
            for: Data((callback.query["hub.verify_token"] ?? "").utf8), using: key)
        // Compared by their codes, which takes the same time wherever they differ.
        guard callback.query["hub.mode"] == "subscribe", let challenge = callback.query["hub.challenge"],
            HMAC<SHA256>.isValidAuthenticationCode(given, authenticating: Data(verifyToken.utf8), using: key)
        else { throw .unsigned("The verify token is wrong.") }
        return ReceiptReading(answer: challenge)
    }

    private static func receipt(_ status: JSON, _ callback: ReceiptCallback) -> Receipt? {
        guard let id = status["id"]?.string, let kind = kinds[status["status"]?.string ?? ""] else { return nil }
        let error = status["errors"]?.array?.first?["code"]?.looseNumber.map { String(Int($0)) } ?? "none"
        return Receipt(
            messageId: id,
            reference: status["biz_opaque_callback_data"]?.string.flatMap(DeliveryReference.init(text:)), kind: kind,
            failure: kind == .bounced
                ? DeliveryFailure(code: "whatsApp\(error)", detail: "WhatsApp did not deliver it: error \(error).")
                : nil,
            at: ReceiptBody.date(status["timestamp"]?.looseNumber, callback))
    }

    private static let kinds: [String: Receipt.Kind] = [
        "delivered": .delivered, "read": .opened, "failed": .bounced,
    ]
}
