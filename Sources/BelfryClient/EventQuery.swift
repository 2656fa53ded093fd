import Foundation
public import Notifications

/// Which events are wanted; nil and empty ask for all.
public struct EventQuery: Sendable, Hashable {
    public var userId: String?
    public var notificationId: String?
    public var channels: Set<NotificationChannel> = []
    /// Such as `delivered`: what channels have come to, `accepted` or `processing`.
    public var statuses: Set<String> = []

    public init(userId: String? = nil, notificationId: String? = nil, channels: Set<NotificationChannel> = []) {
        self.userId = userId
        self.notificationId = notificationId
        self.channels = channels
    }

    var items: [URLQueryItem] {
        [
            URLQueryItem(name: "userId", value: userId), URLQueryItem(name: "notificationId", value: notificationId),
            EventQuery.item("channel", Set(channels.map(\.rawValue))), EventQuery.item("status", statuses),
        ]
    }

    private static func item(_ name: String, _ words: Set<String>) -> URLQueryItem {
        URLQueryItem(name: name, value: words.isEmpty ? nil : words.sorted().joined(separator: ","))
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
