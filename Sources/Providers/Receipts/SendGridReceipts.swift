import Crypto
import Foundation
public import Notifications

/// The Event Webhook, signed over its time and its bytes.
///
/// **Source:** SendGrid, "Getting started with the Event Webhook Security Features"; sendgrid-python `eventwebhook`.
public struct SendGridReceipts: ReceiptParser {
    private let key: P256.Signing.PublicKey

    /// - Parameter publicKey: the verification key as SendGrid shows it: base64 of its SPKI.
    public init(publicKey: String) throws(ProvidersError) {
        guard let der = Data(base64Encoded: publicKey), let key = try? P256.Signing.PublicKey(derRepresentation: der)
        else { throw .invalidReceiptKey(provider: "sendgrid", problem: "is not a base64 P-256 key") }
        self.key = key
    }

    public func read(_ callback: ReceiptCallback) throws(ReceiptRefusal) -> ReceiptReading {
        let prefix = "x-twilio-email-event-webhook-"
        guard let time = callback.headers[prefix + "timestamp"],
            let der = callback.headers[prefix + "signature"].flatMap({ Data(base64Encoded: $0) }),
            let signature = try? P256.Signing.ECDSASignature(derRepresentation: der),
            key.isValidSignature(signature, for: Data(time.utf8) + callback.body)
        else { throw ReceiptBody.wrongSignature }
        guard let events = try ReceiptBody.json(callback).array else { throw .malformed("The body is not a list.") }
        return ReceiptReading(receipts: events.compactMap { SendGridReceipts.receipt($0, callback) })
    }

    private static func receipt(_ event: JSON, _ callback: ReceiptCallback) -> Receipt? {
        guard let id = event["sg_message_id"]?.string, let word = event["event"]?.string, let kind = kinds[word] else {
            return nil
        }
        let reason = event["reason"]?.string ?? event["response"]?.string ?? "SendGrid gave no reason."
        return Receipt(
            messageId: messageId(id),
            reference: event[ReceiptBody.referenceName]?.string.flatMap(DeliveryReference.init(text:)),
            kind: kind,
            failure: kind == .bounced
                ? DeliveryFailure(code: word, detail: ReceiptText.withoutAddresses(reason)) : nil,
            isPermanent: isPermanent(event), at: ReceiptBody.date(event["timestamp"]?.looseNumber, callback))
    }

    private static let kinds: [String: Receipt.Kind] = [
        "delivered": .delivered, "bounce": .bounced, "dropped": .bounced, "open": .opened, "click": .clicked,
        "spamreport": .complained, "unsubscribe": .unsubscribed, "group_unsubscribe": .unsubscribed,
    ]

    /// `blocked` is a bounce for the message's sake; a drop repeats what SendGrid knows of the address.
    private static func isPermanent(_ event: JSON) -> Bool {
        switch event["event"]?.string {
        case "bounce": event["type"]?.string != "blocked"
        case "dropped": ["Invalid", "Bounced Address"].contains(event["reason"]?.string)
        default: false
        }
    }

    /// `sg_message_id` is the id of the answer and where in SendGrid the message went.
    private static func messageId(_ id: String) -> String {
        for mark in [".filter", ".recvd"] {
            if let end = id.range(of: mark) { return String(id[..<end.lowerBound]) }
        }
        return id
    }
}
