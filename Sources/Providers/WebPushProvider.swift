import Crypto
public import Foundation
import HTTPTypes
public import Notifications
public import Outbound

/// Sends to browsers, each by the push service of its maker; the message is encrypted for the browser alone.
///
/// What the service worker gets is `{"title","body","image","link","data"}`, of which what is not there is left out.
///
/// **Source:** RFC 8030 §5; Mozilla autopush, "Error codes".
public struct WebPushProvider: Provider {
    public let name = "webPush"
    /// Subscriptions are with many services, and one's 429 says nothing about the others.
    public let slowsDownAsOne = false
    private let vapid: VAPID
    private let outbound: OutboundClient
    private let now: @Sendable () -> Date

    /// How long a service keeps a message of which nobody said it: it must be told something (RFC 8030 §5.2).
    static let defaultLifetime = 72 * 3600

    public init(
        configuration: WebPushConfiguration, outbound: OutboundClient, now: @escaping @Sendable () -> Date = { .now }
    ) {
        vapid = VAPID(configuration)
        self.outbound = outbound
        self.now = now
    }

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        let request: OutboundRequest
        do {
            request = try self.request(for: PushMessage(attempt, at: now()))
        } catch let refusal as PushMessage.Refusal {
            return refusal.outcome
        } catch {
            return .rejected(WebPushProvider.badSubscription)
        }
        do {
            return WebPushVerdict.outcome(of: try await outbound.send(request, timeout: attempt.timeout), at: now())
        } catch {
            return DeliveryOutcome(error)
        }
    }

    /// - Throws: `PushMessage.Refusal`; anything else is the subscription's fault.
    private func request(for message: PushMessage) throws -> OutboundRequest {
        let fields = Fields(message.device.subscription?.object ?? JSONObject())
        guard let subscription = WebPushSubscription(fields), let origin = WebOrigin.text(of: subscription.endpoint)
        else { throw PushMessage.Refusal(WebPushProvider.badSubscription) }
        let text = WebPushProvider.payload(of: message).utf8
        guard text.count <= WebPushEncryption.maximumMessage else {
            throw PushMessage.Refusal.tooLarge(text.count, limit: WebPushEncryption.maximumMessage)
        }
        var request = OutboundRequest(
            method: .post, url: subscription.endpoint,
            headers: [
                "Authorization": try vapid.authorization(for: origin, at: now()),
                "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream",
                "TTL": String(message.lifetimeSeconds ?? WebPushProvider.defaultLifetime),
                "Urgency": WebPushProvider.urgency(message),
            ],
            body: try WebPushEncryption(for: subscription).encrypt(text))
        if let collapseId = message.content.collapseId {
            request.headers.append(("Topic", WebPushProvider.topic(collapseId)))
        }
        return request
    }

    private static let badSubscription = DeliveryFailure(
        code: "subscription", detail: "The browser's subscription is not complete, or its key is not one.")

    private static func payload(of message: PushMessage) -> JSON {
        var object = JSONObject()
        object.append("title", message.title.map(JSON.string))
        object.append("body", message.body.map(JSON.string))
        object.append("image", message.content.image.map(JSON.string))
        object.append("link", message.content.link.map(JSON.string))
        object.append("data", .object(message.data))
        return .object(object)
    }

    /// **Source:** RFC 8030 §5.3.
    private static func urgency(_ message: PushMessage) -> String {
        switch message.priority {
        case .critical, .high: "high"
        case .medium: message.content.isSilent ? "low" : "normal"
        case .low: "low"
        }
    }

    /// 32 characters of base64url (RFC 8030 §5.4), whatever the caller's word for it is.
    static func topic(_ collapseId: String) -> String {
        String(Data(SHA256.hash(data: Data(collapseId.utf8))).base64URL.prefix(32))
    }
}
