public import Foundation
public import Notifications

/// Which notifications are meant; nil asks for all.
public struct NotificationQuery: Sendable, Hashable {
    public var userId: String?
    /// The notification's own status, or with `channel` that channel's.
    public var status: String?
    public var channel: NotificationChannel?
    public var type: NotificationType?
    /// Words of the title, the body or the e-mail's subject, `"in this order"`, `or`, `-without`. What is new can be found
    /// after some seconds.
    public var text: String?
    /// Accepted then or later.
    public var since: Date?
    /// Accepted earlier.
    public var until: Date?

    public init(userId: String? = nil, status: String? = nil, channel: NotificationChannel? = nil) {
        self.userId = userId
        self.status = status
        self.channel = channel
    }

    var items: [URLQueryItem] {
        [
            URLQueryItem(name: "userId", value: userId), URLQueryItem(name: "status", value: status),
            URLQueryItem(name: "channel", value: channel?.rawValue), URLQueryItem(name: "type", value: type?.rawValue),
            URLQueryItem(name: "q", value: text), URLQueryItem(name: "since", value: since.map(Timestamp.text)),
            URLQueryItem(name: "until", value: until.map(Timestamp.text)),
        ]
    }
}
