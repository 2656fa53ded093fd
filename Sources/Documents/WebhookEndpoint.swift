public import Foundation
public import Notifications
import Postgres

/// A URL that a tenant wants told of its events.
public struct WebhookEndpoint: Sendable, Hashable {
    /// Why nothing is told to it any more.
    public enum DisabledReason: String, Sendable, Hashable {
        /// Its owner said so.
        case owner
        /// It failed for days.
        case failing
        /// It answered 410.
        case gone
    }

    /// What its owner says of it.
    public struct Terms: Sendable, Hashable {
        public var url: String
        public var description: String?
        /// Of `StatusEvent.types`; empty for all.
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
    }

    public var id: UUID
    public var terms: Terms
    public var createdAt: Date
    /// Since when no call succeeded, and why the first one did not; nil once one does.
    public var failingSince: Date?
    public var failure: DeliveryFailure?
    public var disabledAt: Date?
    public var disabledReason: DisabledReason?
    /// What is being told once more; nil once that is done.
    public var replayingSince: Date?

    /// What one tenant may have.
    public static let maximumCount = 20

    public var json: JSON {
        [
            "id": .string(id.text), "url": .string(terms.url), "description": JSON(terms.description),
            "events": .array(terms.events.map(JSON.string)),
            "channels": .array(terms.channels.map { .string($0.rawValue) }),
            "enabled": .bool(disabledAt == nil), "disabledAt": JSON(disabledAt),
            "disabledReason": JSON(disabledReason?.rawValue), "failingSince": JSON(failingSince),
            "error": failure?.json ?? .null, "replayingSince": JSON(replayingSince), "createdAt": JSON(createdAt),
        ]
    }
}

extension WebhookEndpoint {
    static let columns = """
        id, url, description, events, channels, created_at, failing_since, failure, disabled_at, disabled_reason,
        replay_since
        """

    /// Of a row with `columns`.
    init(_ row: PostgresRow) throws {
        id = try row.get(0)
        terms = Terms(
            url: try row.get(1), description: try row.get(2), events: try row.get(3),
            channels: try row.get(4, as: [String].self).compactMap(NotificationChannel.init))
        createdAt = try row.get(5)
        failingSince = try row.get(6)
        failure = DeliveryFailure(json: try row.get(7, as: JSONB?.self)?.json)
        disabledAt = try row.get(8)
        disabledReason = try row.get(9, as: String?.self).flatMap(DisabledReason.init)
        replayingSince = try row.get(10)
    }
}
