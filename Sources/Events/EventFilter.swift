public import Foundation
public import Notifications

/// Which of a tenant's events a subscriber wants. An empty filter wants all.
public struct EventFilter: Sendable, Hashable {
    public var userId: String?
    public var notificationId: UUID?
    /// Empty for all. An event about a whole notification has no channel and passes only then.
    public var channels: Set<NotificationChannel>
    /// Words as events carry them; empty for all.
    public var statuses: Set<String>

    public init(
        userId: String? = nil, notificationId: UUID? = nil, channels: Set<NotificationChannel> = [],
        statuses: Set<String> = []
    ) {
        self.userId = userId
        self.notificationId = notificationId
        self.channels = channels
        self.statuses = statuses
    }

    public func admits(_ event: StatusEvent) -> Bool {
        if let userId, event.userId != userId { return false }
        if let notificationId, event.notificationId != notificationId { return false }
        if !statuses.isEmpty, !statuses.contains(event.status) { return false }
        guard !channels.isEmpty else { return true }
        return event.channel.map(channels.contains) ?? false
    }
}
