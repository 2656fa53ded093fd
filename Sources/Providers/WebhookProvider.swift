public import Foundation
import HTTPTypes
public import Notifications
public import Outbound

/// Posts a notification to the recipient's own URL, signed so that the receiver can tell it is ours.
///
/// 410 means that the endpoint is gone for good, and nothing more is sent there; everything else is as
/// `DeliveryOutcome(response:at:)` says. A reply's body is never looked at. To an endpoint of a tenant's nothing is refused
/// for good: what it answers now says how it is set up now, and its owner will mend it.
///
/// **Source:** Standard Webhooks 1.0.0.
public struct WebhookProvider: Provider {
    public let name = "webhook"
    /// One receiver's 429 says nothing about the others.
    public let slowsDownAsOne = false
    private let configuration: WebhookConfiguration
    private let outbound: OutboundClient
    private let now: @Sendable () -> Date

    /// - Parameter now: the time that is signed; receivers refuse one that is 5 minutes off.
    public init(
        configuration: WebhookConfiguration, outbound: OutboundClient, now: @escaping @Sendable () -> Date = { .now }
    ) {
        self.configuration = configuration
        self.outbound = outbound
        self.now = now
    }

    /// Per URL, as behind one origin there may be any number of customers; per tenant, as none is to be held back by what
    /// another one sends.
    public func endpoint(of attempt: DeliveryAttempt) -> String? {
        guard case .url(let url) = attempt.target.address else { return nil }
        return "\(attempt.tenant) \(url)".digest
    }

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        let outcome = await post(attempt)
        guard attempt.envelope != nil, case .rejected(let failure) = outcome else { return outcome }
        return .retry(after: nil, failure)
    }

    private func post(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        guard case .url(let url) = attempt.target.address else { return .rejected(.wrongAddress) }
        let body = attempt.envelope.map { JSON.object($0.body).utf8 } ?? WebhookPayload.body(of: attempt)
        guard let secrets = secrets(of: attempt) else { return .rejected(.wrongAddress) }
        let headers = headers(id: WebhookProvider.messageId(of: attempt), body: body, secrets)
        var request = OutboundRequest(method: .post, url: url, headers: headers, body: body)
        if let traceparent = attempt.traceparent { request.headers.append(("traceparent", traceparent)) }
        do {
            return judge(try await outbound.send(request, timeout: attempt.timeout))
        } catch {
            return DeliveryOutcome(error)
        }
    }

    private func judge(_ response: OutboundResponse) -> DeliveryOutcome {
        guard response.status == 410 else { return DeliveryOutcome(response: response, at: now()) }
        return .invalidRecipient(DeliveryFailure(code: "gone", detail: "The endpoint answered 410: it is gone."))
    }

    /// The endpoint's own, or ours; nil for none of the right form, which none that we made is.
    private func secrets(of attempt: DeliveryAttempt) -> [WebhookSecret]? {
        guard let envelope = attempt.envelope else { return configuration.secrets }
        return (try? WebhookConfiguration(secrets: envelope.secrets))?.secrets
    }

    private func headers(
        id: String, body: [UInt8], _ secrets: [WebhookSecret]
    ) -> KeyValuePairs<String, String> {
        let timestamp = Int(now().timeIntervalSince1970)
        let signatures = secrets.map { $0.signature(id: id, timestamp: timestamp, body: body) }
        return [
            "Content-Type": "application/json",
            "User-Agent": "Belfry",
            "webhook-id": id,
            "webhook-timestamp": String(timestamp),
            "webhook-signature": signatures.joined(separator: " "),
        ]
    }

    /// The same over the attempts of a round, so that receivers can drop a repetition. The standard allows no `.` in it,
    /// which a route may have; hence a hash.
    static func messageId(of attempt: DeliveryAttempt) -> String { attempt.envelope?.id ?? "msg_" + attempt.digest }
}
