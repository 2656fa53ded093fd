public import Foundation
public import Notifications

/// An endpoint of yours that is told of events, and how it is.
public struct WebhookReport: Sendable, Hashable {
    public let id: UUID
    /// As they are now; changed, they can be put.
    public let terms: WebhookTerms
    public let createdAt: Date?
    public let disabledAt: Date?
    /// `owner`, `failing` (for five days without one success) or `gone` (it answered 410); nil where it is enabled.
    public let disabledReason: String?
    /// Since when no call succeeded; nil once one does.
    public let failingSince: Date?
    /// Why the first of those did not.
    public let failure: DeliveryFailure?
    /// What is being told once more; nil when that is done.
    public let replayingSince: Date?
    /// All of it as it was answered, without the secret.
    public let json: JSON

    /// Nil for what is no endpoint.
    public init?(json: JSON) {
        guard let id = json["id"]?.id, let url = json["url"]?.string else { return nil }
        self.id = id
        self.json = json
        terms = WebhookTerms(
            url: url, description: json["description"]?.string, events: json["events"]?.strings ?? [],
            channels: json["channels"]?.channels ?? [], isEnabled: json["enabled"]?.bool)
        createdAt = json["createdAt"]?.date
        disabledAt = json["disabledAt"]?.date
        disabledReason = json["disabledReason"]?.string
        failingSince = json["failingSince"]?.date
        failure = DeliveryFailure(json: json["error"])
        replayingSince = json["replayingSince"]?.date
    }
}
