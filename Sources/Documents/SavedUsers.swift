public import Notifications
import Postgres

/// The users of whom notifications that are being accepted say more than was known.
struct SavedUsers {
    /// By user, each once: of several notifications in one transaction the last one counts.
    private let profiles: [(user: TenantUser, profile: JSONObject)]

    /// Nil where none is to be saved.
    init?(_ notifications: [AcceptedNotification]) {
        var profiles: [TenantUser: JSONObject] = [:]
        for notification in notifications where notification.content.to.isSaved {
            guard let userId = notification.userId else { continue }
            let user = TenantUser(tenant: notification.tenant, userId: userId)
            profiles[user] = SavedUsers.merged(profiles[user], with: notification.content.to.profile)
        }
        if profiles.isEmpty { return nil }
        self.profiles = profiles.map { ($0.key, $0.value) }
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
        INSERT INTO recipients AS r (tenant, user_id, profile)
        SELECT * FROM unnest(
            \(profiles.map(\.user.tenant)), \(profiles.map(\.user.userId)), \(profiles.map { JSONB(.object($0.profile)) })
        ) AS u(tenant, user_id, profile)
        ORDER BY tenant, user_id
        ON CONFLICT (tenant, user_id) DO UPDATE
        SET updated_at = now(), profile = r.profile || excluded.profile || CASE
            WHEN jsonb_exists(r.profile, 'chat') AND jsonb_exists(excluded.profile, 'chat')
            THEN jsonb_build_object('chat', (r.profile -> 'chat') || (excluded.profile -> 'chat')) ELSE '{}' END
        WHERE NOT r.profile @> excluded.profile
        """
    }
}

extension [AcceptedNotification] {
    /// The users who may not be as before once these are committed.
    public var savedUsers: [StaleEntry] {
        filter(\.content.to.isSaved).compactMap { notification in
            notification.userId.map { StaleEntry(.recipients, tenant: notification.tenant, key: $0) }
        }
    }
}
