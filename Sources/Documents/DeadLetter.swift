public import Foundation
public import Notifications

/// A delivery that was given up, kept for somebody to look at and to try again.
public struct DeadLetter: Sendable, Hashable {
    public var notificationId: UUID
    public var route: Route
    /// Nil for literal addresses.
    public var userId: String?
    public var round: Int
    /// In that round.
    public var attempts: Int
    /// Who tried last; nil when nobody did.
    public var provider: String?
    /// A `DeliveryFailure` as it was stored.
    public var reason: JSON
    public var diedAt: Date

    public var json: JSON {
        [
            "notificationId": .string(notificationId.text), "route": .string(route.rawValue),
            "channel": .string(route.channel.rawValue), "userId": JSON(userId), "round": JSON(round),
            "attempts": JSON(attempts), "provider": JSON(provider), "reason": reason, "diedAt": JSON(diedAt),
        ]
    }
}

/// Which of a tenant's dead letters are meant. An empty filter means all.
public struct DeadLetterFilter: Sendable, Hashable {
    public var notificationId: UUID?
    public var route: Route?
    public var channel: NotificationChannel?
    /// Of the reason.
    public var code: String?
    public var userId: String?
    /// Died then or later.
    public var since: Date?
    /// Died earlier.
    public var until: Date?
    /// Whether only those that were sent with a test key are meant.
    public var isOnlyTests = false

    public init() {}

    public var isEmpty: Bool { self == DeadLetterFilter() }

    /// The names of the routes that are meant.
    var routes: [String] {
        Route.allCases.filter { (route ?? $0) == $0 && (channel ?? $0.channel) == $0.channel }.map(\.rawValue)
    }
}
