import Foundation
public import Notifications
import Postgres

/// The users of whom notifications that are being accepted say more than was known.
struct SavedUsers {
    /// What is said of a user, and since when.
    private struct Entry {
        var profile: JSONObject
        var since: Date
    }

    /// By user, each once: of several notifications in one transaction the last one counts.
    private let entries: [(user: TenantUser, entry: Entry)]

    /// Nil where none is to be saved.
    init?(_ notifications: [AcceptedNotification]) {
        var entries: [TenantUser: Entry] = [:]
        for notification in notifications where notification.content.to.isSaved {
            guard let userId = notification.userId else { continue }
            let user = TenantUser(tenant: notification.tenant, userId: userId)
            // By its id, which is older than the transaction: it is not to be erased with a user of before.
            entries[user] = Entry(
                profile: SavedUsers.merged(entries[user]?.profile, with: notification.content.to.profile),
                since: min(notification.id.version7Date, entries[user]?.since ?? .distantFuture))
        }
        if entries.isEmpty { return nil }
        self.entries = entries.map { ($0.key, $0.value) }
    }

    private static func merged(_ profile: JSONObject?, with more: JSONObject) -> JSONObject {
        guard var profile else { return more }
        for member in more.members {
            guard member.name == "chat", var chat = profile["chat"]?.object else {
                profile[member.name] = member.value
                continue
            }
            for address in member.value.object?.members ?? [] { chat[address.name] = address.value }
            profile["chat"] = .object(chat)
        }
        return profile
    }

    /// Writes them into the profiles of before: chats are added to chats, all else is replaced. In one order, so that two
    /// who save the same users never wait for each other in a ring. Nothing is written where nothing is new.
    var saving: PostgresQuery {
        """
        INSERT INTO recipients AS r (tenant, user_id, profile, created_at)
        SELECT * FROM unnest(
            \(entries.map(\.user.tenant)), \(entries.map(\.user.userId)),
            \(entries.map { JSONB(.object($0.entry.profile)) }), \(entries.map(\.entry.since))
        ) AS u(tenant, user_id, profile, created_at)
        ORDER BY tenant, user_id
        ON CONFLICT (tenant, user_id) DO UPDATE
        SET updated_at = now(), profile = \(unescaped: SavedUsers.both),
            created_at = least(r.created_at, excluded.created_at)
        WHERE r.profile IS DISTINCT FROM \(unescaped: SavedUsers.both) OR excluded.created_at < r.created_at
        """
    }

    /// A profile with what is said now.
    private static let both = """
        (r.profile || excluded.profile || CASE
            WHEN jsonb_exists(r.profile, 'chat') AND jsonb_exists(excluded.profile, 'chat')
            THEN jsonb_build_object('chat', (r.profile -> 'chat') || (excluded.profile -> 'chat')) ELSE '{}' END)
        """
}

extension [AcceptedNotification] {
    /// The users who may not be as before once these are committed.
    public var savedUsers: [StaleEntry] {
        filter(\.content.to.isSaved).compactMap { notification in
            notification.userId.map { StaleEntry(.recipients, tenant: notification.tenant, key: $0) }
        }
    }
}
