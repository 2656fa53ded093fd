public import Foundation
public import Notifications

/// What was sent to a topic, and how far it has come.
public struct BroadcastReport: Sendable, Hashable {
    public let id: UUID
    /// The topic's name.
    public let topic: String
    /// Nil for a word that this version does not know.
    public let status: Broadcast.Status?
    /// Of the topic, when it was accepted.
    public let subscribers: Int
    /// Subscribers read: those with a notification and those who were skipped.
    public let expanded: Int
    /// Notifications made.
    public let notifications: Int
    /// Subscribers who get nothing, by the reason.
    public let skipped: [String: Int]
    /// Notifications of which something was taken back before anybody had begun to send it.
    public let cancelled: Int
    public let createdAt: Date?
    /// When the last subscriber was read, or it was cancelled.
    public let endedAt: Date?
    /// All of it as it was answered.
    public let json: JSON

    /// Nil for what is no broadcast.
    public init?(json: JSON) {
        guard let id = json["id"]?.id, let topic = json["topic"]?.string else { return nil }
        self.id = id
        self.topic = topic
        self.json = json
        status = json["status"]?.string.flatMap(Broadcast.Status.init)
        subscribers = json["subscribers"]?.int ?? 0
        expanded = json["expanded"]?.int ?? 0
        notifications = json["notifications"]?.int ?? 0
        skipped = (json["skipped"]?.object?.dictionary ?? [:]).compactMapValues(\.int)
        cancelled = json["cancelled"]?.int ?? 0
        createdAt = json["createdAt"]?.date
        endedAt = json["endedAt"]?.date
    }
}
