public import Notifications

/// Where events are told, and which.
public struct WebhookTerms: Sendable, Hashable {
    /// https, and a public address unless the operator allows others.
    public var url: String
    public var description: String?
    /// Of `StatusEvent.types`, such as `notification.delivered`; empty for all.
    public var events: [String]
    /// Empty for all.
    public var channels: [NotificationChannel]
    /// Nil leaves it as it is; a new one is enabled.
    public var isEnabled: Bool?

    public init(
        url: String, description: String? = nil, events: [String] = [], channels: [NotificationChannel] = [],
        isEnabled: Bool? = nil
    ) {
        self.url = url
        self.description = description
        self.events = events
        self.channels = channels
        self.isEnabled = isEnabled
    }

    var json: JSON {
        [
            "url": .string(url), "description": JSON(description), "events": .array(events.map(JSON.string)),
            "channels": JSON(channels), "enabled": isEnabled.map(JSON.bool) ?? .null,
        ]
    }
}
