public import Foundation
public import Notifications

/// Which figures are wanted; nil asks for all.
public struct StatsQuery: Sendable, Hashable {
    public enum Span: String, Sendable, Hashable, CaseIterable {
        /// At most 31 days of them.
        case hour
        /// At most 366 of them.
        case day
    }

    /// Of one figure. Hours and days are those of UTC.
    public var span = Span.hour
    /// Nil for a day before `until`, or 30 days where the figures are by the day.
    public var since: Date?
    /// Nil for now.
    public var until: Date?
    public var channel: NotificationChannel?
    public var type: NotificationType?

    public init(by span: Span = .hour) { self.span = span }

    var items: [URLQueryItem] {
        [
            URLQueryItem(name: "by", value: span.rawValue),
            URLQueryItem(name: "from", value: since.map(Timestamp.text)),
            URLQueryItem(name: "to", value: until.map(Timestamp.text)),
            URLQueryItem(name: "channel", value: channel?.rawValue), URLQueryItem(name: "type", value: type?.rawValue),
        ]
    }
}
