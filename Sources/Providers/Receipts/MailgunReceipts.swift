import Crypto
import Foundation
public import Notifications

/// Mailgun's webhooks. Their signature is over a time and a token and not over the body, so an old one is refused.
///
/// **Source:** Mailgun, "Securing webhooks".
public struct MailgunReceipts: ReceiptParser {
    private let key: SymmetricKey

    /// - Parameter signingKey: "HTTP webhook signing key" of the account.
    public init(signingKey: String) {
        key = SymmetricKey(data: Data(signingKey.utf8))
    }

    public func read(_ callback: ReceiptCallback) throws(ReceiptRefusal) -> ReceiptReading {
        let json = try ReceiptBody.json(callback)
        guard let signed = json["signature"], let time = signed["timestamp"]?.string,
            let token = signed["token"]?.string, let code = signed["signature"]?.string.flatMap({ Data(hex: $0) }),
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Data((time + token).utf8), using: key)
        else { throw ReceiptBody.wrongSignature }
        try ReceiptBody.judge(signedAt: Double(time), callback)
        guard let event = json["event-data"] else { throw .malformed("There is no event-data.") }
        return ReceiptReading(receipts: MailgunReceipts.receipt(event, callback).map { [$0] } ?? [])
    }

    private static func receipt(_ event: JSON, _ callback: ReceiptCallback) -> Receipt? {
        guard let id = event["message"]?["headers"]?["message-id"]?.string, let kind = kind(of: event) else {
            return nil
        }
        let code = event["delivery-status"]?["code"]?.looseNumber.map { "smtp\(Int($0))" } ?? "bounced"
        let reason = event["reason"]?.string ?? "Mailgun gave no reason."
        return Receipt(
            // The answer to a send has it in angle brackets.
            messageId: id.hasPrefix("<") ? id : "<\(id)>",
            reference: event["user-variables"]?[ReceiptBody.referenceName]?.string
                .flatMap(DeliveryReference.init(text:)),
            kind: kind,
            failure: kind == .bounced
                ? DeliveryFailure(code: code, detail: ReceiptText.withoutAddresses(reason)) : nil,
            isPermanent: kind == .bounced
                && ["bounce", "suppress-bounce"].contains(event["reason"]?.string),
            at: ReceiptBody.date(event["timestamp"]?.looseNumber, callback))
    }

    private static func kind(of event: JSON) -> Receipt.Kind? {
        switch event["event"]?.string {
        case "delivered": .delivered
        case "rejected": .bounced
        // A temporary failure is tried again by Mailgun.
        case "failed": event["severity"]?.string == "permanent" ? .bounced : nil
        case "opened": .opened
        case "clicked": .clicked
        case "complained": .complained
        case "unsubscribed": .unsubscribed
        default: nil
        }
    }
}
