public import Foundation
public import Notifications

/// Which of a tenant's notifications are meant. An empty filter means all.
public struct NotificationFilter: Sendable, Hashable {
    public var userId: String?
    /// As the document shows it: the channel's status where a channel is named, else the notification's own.
    public var status: String?
    public var channel: NotificationChannel?
    public var type: NotificationType?
    /// Words that its title, body or subject holds, as a search engine takes them: all of them, `"in this order"`, `or`, and
    /// `-without`.
    public var text: String?
    /// Accepted then or later.
    public var since: Date?
    /// Accepted earlier.
    public var until: Date?

    public init() {}

    /// Along which all lies that may fit; nil where that is any of the tenant's.
    var walk: NotificationWalk? {
        if let userId { return .user(userId) }
        return type.map(NotificationWalk.type)
    }

    /// The ids that lie within the time that is meant and below a place.
    func ids(below after: UUID?) -> Range<UUID> {
        let first = since.map(UUID.version7Floor) ?? .lowest
        let end = min(after ?? .highest, until.map(UUID.version7Floor) ?? .highest)
        return first..<max(first, end)
    }

    func admits(_ document: NotificationDocument) -> Bool {
        guard let status else { return true }
        guard let channel else { return document.status.rawValue == status }
        return document.status(of: channel) == status
    }

    /// Statuses of which a document must hold at least one, wherever in it, to be admitted: what Postgres can tell without
    /// handing it over. Nil where any will do.
    var telling: [DeliveryStatus]? {
        guard let status else { return nil }
        if channel != nil, let own = DeliveryStatus(rawValue: status) { return [own] }
        let failed = DeliveryStatus.allCases.filter { !$0.isSuccess && !$0.isOpen }
        switch NotificationStatus(rawValue: status) {
        case .pending, .scheduled, .processing: return DeliveryStatus.allCases.filter(\.isOpen)
        case .sent: return DeliveryStatus.allCases.filter(\.isSuccess)
        case .delivered: return [.delivered, .read]
        case .partial, .failed: return failed
        case .cancelled: return [.cancelled]
        case nil: return nil
        }
    }
}

extension UUID {
    /// Not above any id.
    static let lowest = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    /// Above all ids.
    static let highest = UUID(
        uuid: (255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))
}
