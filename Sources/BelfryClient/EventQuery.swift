import Foundation
public import Notifications

/// Which events are wanted; nil and empty ask for all.
public struct EventQuery: Sendable, Hashable {
    public var userId: String?
    public var notificationId: String?
    public var channels: Set<NotificationChannel> = []

    public init(userId: String? = nil, notificationId: String? = nil, channels: Set<NotificationChannel> = []) {
        self.userId = userId
        self.notificationId = notificationId
        self.channels = channels
    }

    var items: [URLQueryItem] {
        let words = channels.map(\.rawValue).sorted().joined(separator: ",")
        return [
            URLQueryItem(name: "userId", value: userId), URLQueryItem(name: "notificationId", value: notificationId),
            URLQueryItem(name: "channel", value: words.isEmpty ? nil : words),
        ]
    }
}

/// What a stream of events brings.
public enum EventNews: Sendable, Hashable {
    /// The stream is open: what happens from now on comes. Said again after each break.
    case opened
    /// Its `tenant` is empty: a caller knows only what is its own.
    case event(StatusEvent)
    /// Something was missed; read again what is shown.
    case resync
}
