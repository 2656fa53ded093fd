import Foundation
import Notifications
import Postgres

/// Along which index a list goes, from the newest. Whatever else is asked of a notification is looked at on the way.
enum NotificationWalk: Sendable, Hashable {
    /// All there are, of whatever tenant, by their ids.
    case all
    /// By `notifications_by_user`.
    case user(String)
    /// By `notifications_by_type`.
    case type(NotificationType)

    /// What stands before the id in the index: as an expression of notifications `n`, and as a column of what is selected.
    fileprivate func key(_ tenant: String) -> (expression: String, name: String, value: String)? {
        switch self {
        case .all: nil
        case .user(let userId): ("n.user_id", "user_id", userId)
        case .type(let type): (NotificationWalk.kind, "kind", "\(tenant)/\(type.rawValue)")
        }
    }

    /// A tenant and a type as one, as the index has them.
    static let kind = "(n.tenant || '/' || (n.content ->> 'type'))"
}

// Plans are made once, before Postgres knows what is looked for, by its guess of how much fits. So the index's own order is
// asked for, by a key that is compared and not equal: then no other index has that order, and none but this one is walked.
// It ends where the key does, since the key is the first thing compared.

extension PostgresQuery.StringInterpolation {
    /// The notifications `n` of a walk through these ids, in its order.
    mutating func appendInterpolation(walk: NotificationWalk, _ ids: Range<UUID>, tenant: String) {
        guard let key = walk.key(tenant) else {
            appendLiteral("n.id >= ")
            appendInterpolation(ids.lowerBound)
            appendLiteral(" AND n.id < ")
            appendInterpolation(ids.upperBound)
            return appendLiteral(" ORDER BY n.id DESC")
        }
        if case .user = walk {
            appendLiteral("n.user_id IS NOT NULL AND n.tenant = ")
            appendInterpolation(tenant)
            appendLiteral(" AND ")
        }
        appendLiteral("(\(key.expression), n.id) >= (")
        appendInterpolation(key.value)
        appendLiteral(", ")
        appendInterpolation(ids.lowerBound)
        appendLiteral(") AND (\(key.expression), n.id) < (")
        appendInterpolation(key.value)
        appendLiteral(", ")
        appendInterpolation(ids.upperBound)
        appendLiteral(") ORDER BY \(key.expression) DESC, n.id DESC")
    }

    /// The same order for what was selected of the walk, `w`.
    mutating func appendInterpolation(orderOf walk: NotificationWalk) {
        if let key = walk.key("") { appendLiteral("w.\(key.name) DESC, ") }
        appendLiteral("w.id DESC")
    }

    /// The first notifications of several walks together, newest first. Each gives as many as are wanted in all, since
    /// nobody knows on which the newest are.
    mutating func appendInterpolation(
        first count: Int, of walks: [NotificationWalk], _ ids: Range<UUID>, tenant: String
    ) {
        for (place, walk) in walks.enumerated() {
            appendLiteral("\(place == 0 ? "" : " UNION ALL ")(SELECT n.* FROM notifications n WHERE ")
            appendInterpolation(walk: walk, ids, tenant: tenant)
            appendLiteral(" LIMIT ")
            appendInterpolation(count)
            appendLiteral(")")
        }
        appendLiteral(" ORDER BY id DESC LIMIT ")
        appendInterpolation(count)
    }
}
