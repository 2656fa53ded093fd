import Crypto
import CryptoExtras
import Foundation
import HTTPTypes
import NIOSSL
public import Notifications
public import Outbound

/// Amazon SES's events, which come through an SNS topic and are signed by SNS.
///
/// Anybody's topic is signed as well as ours, so only the operator's own are believed.
///
/// **Source:** Amazon SNS, "Verifying the signatures of Amazon SNS messages"; Amazon SES, "Event data".
public struct SESReceipts: ReceiptParser {
    private let topics: Set<String>
    private let certificates: SNSCertificates

    /// - Parameters:
    ///   - topics: the ARNs of the topics that SES publishes to.
    ///   - outbound: fetches Amazon's certificates, and confirms a subscription.
    public init(topics: Set<String>, outbound: OutboundClient) {
        self.topics = topics
        certificates = SNSCertificates { url in try await outbound.page(url) }
    }

    /// - Parameter fetch: the body at a URL of Amazon's.
    init(topics: Set<String>, fetch: @escaping @Sendable (String) async throws -> [UInt8]) {
        self.topics = topics
        certificates = SNSCertificates(fetch: fetch)
    }

    public func read(_ callback: ReceiptCallback) async throws(ReceiptRefusal) -> ReceiptReading {
        let envelope = try ReceiptBody.json(callback)
        guard let topic = envelope["TopicArn"]?.string, topics.contains(topic) else {
            throw .unsigned("It is not of a topic that is set in BELFRY_SES_TOPICS.")
        }
        try await judge(envelope)
        switch envelope["Type"]?.string {
        case "SubscriptionConfirmation":
            try await confirm(envelope)
            return ReceiptReading()
        case "Notification":
            guard let text = envelope["Message"]?.string, let event = try? JSON(parsing: Array(text.utf8)) else {
                throw .malformed("The message is not JSON.")
            }
            return ReceiptReading(receipts: SESReceipts.receipt(event, callback).map { [$0] } ?? [])
        default:
            return ReceiptReading()
        }
    }

    private func judge(_ envelope: JSON) async throws(ReceiptRefusal) {
        guard let text = SNSCertificates.signedText(of: envelope),
            let signature = envelope["Signature"]?.string.flatMap({ Data(base64Encoded: $0) }),
            let url = envelope["SigningCertURL"]?.string, SNSCertificates.isAmazons(url)
        else { throw ReceiptBody.wrongSignature }
        let key = try await certificates.key(at: url)
        let signed = _RSA.Signing.RSASignature(rawRepresentation: signature)
        let isRight =
            switch envelope["SignatureVersion"]?.string {
            case "1": key.isValidSignature(signed, for: Insecure.SHA1.hash(data: text), padding: .insecurePKCS1v1_5)
            case "2": key.isValidSignature(signed, for: SHA256.hash(data: text), padding: .insecurePKCS1v1_5)
            default: false
            }
        if !isRight { throw ReceiptBody.wrongSignature }
    }

    private func confirm(_ envelope: JSON) async throws(ReceiptRefusal) {
        guard let url = envelope["SubscribeURL"]?.string, SNSCertificates.isAmazons(url) else {
            throw .malformed("The SubscribeURL is not Amazon's.")
        }
        do { _ = try await certificates.fetch(url) } catch {
            throw .malformed("The subscription could not be confirmed.")
        }
    }

    private static func receipt(_ event: JSON, _ callback: ReceiptCallback) -> Receipt? {
        guard let id = event["mail"]?["messageId"]?.string,
            let word = event["eventType"]?.string ?? event["notificationType"]?.string, let kind = kinds[word]
        else { return nil }
        let detail = event[word.prefix(1).lowercased() + word.dropFirst()]
        let type = detail?["bounceType"]?.string.map { $0 + "." + (detail?["bounceSubType"]?.string ?? "") }
        return Receipt(
            messageId: id, kind: kind,
            failure: kind == .bounced
                ? DeliveryFailure(code: word, detail: "Amazon SES says: \(type ?? word).") : nil,
            isPermanent: detail?["bounceType"]?.string == "Permanent", at: detail?["timestamp"]?.date ?? callback.now)
    }

    private static let kinds: [String: Receipt.Kind] = [
        "Delivery": .delivered, "Bounce": .bounced, "Reject": .bounced, "Rendering Failure": .bounced,
        "Complaint": .complained, "Open": .opened, "Click": .clicked, "Subscription": .unsubscribed,
    ]
}

extension OutboundClient {
    fileprivate func page(_ url: String) async throws -> [UInt8] {
        let response = try await send(OutboundRequest(method: .get, url: url), timeout: .seconds(10))
        guard response.status == 200, !response.isTruncated else {
            throw ReceiptRefusal.malformed("Amazon answered \(response.status).")
        }
        return response.body
    }
}
