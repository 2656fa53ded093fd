/// What a page of a broadcast's subscribers came to: what is to be written of it, all or nothing.
public struct BroadcastPage: Sendable {
    public private(set) var notifications: [AcceptedNotification] = []
    /// Subscribers who get none, by the reason.
    public private(set) var skipped: [String: Int] = [:]
    /// In the order of their ids.
    public let userIds: [String]
    /// Whether nobody comes after them.
    public let isLast: Bool

    /// - Parameter plans: one for each of the users.
    public init(_ userIds: [String], _ plans: [RecipientPlan], isLast: Bool) {
        self.userIds = userIds
        self.isLast = isLast
        for plan in plans {
            switch plan {
            case .accepted(let notification) where notification.isSent: notifications.append(notification)
            case .accepted(let notification): skip(notification.reason)
            case .rejected(let problem), .limited(let problem, _): skip(problem.reason ?? problem.code.rawValue)
            }
        }
    }

    /// One subscriber whose notification the database does not take.
    public init(refused userId: String, isLast: Bool) {
        self.init([userId], [], isLast: isLast)
        skip("refused")
    }

    private mutating func skip(_ reason: String) { skipped[reason, default: 0] += 1 }
}

extension AcceptedNotification {
    /// Whether anything comes of it. To a request for one recipient a document of nothing but skipped channels is the
    /// answer; of a broadcast it would only be in the way.
    fileprivate var isSent: Bool { channels.values.contains { $0.status != .skipped } }

    /// Why nothing does, as the first of its channels says.
    fileprivate var reason: String {
        NotificationChannel.allCases.lazy.compactMap { channels[$0]?.failure?.code }.first ?? "noAddress"
    }
}
