import Foundation
import Notifications
import Postgres

/// What is left of a notification's document.
struct ErasedDocument {
    var id: UUID
    var content: JSON
    var channels: JSON

    init(_ row: PostgresRow) throws {
        id = try row.get(0)
        content = NotificationContent.erased(try row.get(1, as: JSONB.self).json)
        channels = ChannelState.erasedDocument(ChannelState.read(try row.get(2, as: JSONB.self).json))
    }
}

/// The statements by which notifications are erased, wherever anything stands of them.
enum ErasureStatements {
    /// - Parameter start: before which there was nothing of them.
    static func all(
        of documents: [ErasedDocument], since start: Date, _ erasure: Erasures.Erasure
    ) -> [PostgresQuery] {
        let ids = documents.map(\.id)
        return [
            """
            UPDATE notifications n SET user_id = NULL, content = u.content, channels = u.channels
            FROM unnest(
                \(ids), \(documents.map { JSONB($0.content) }), \(documents.map { JSONB($0.channels) })
            ) AS u(id, content, channels)
            WHERE n.id = u.id
            """,
            """
            UPDATE delivery_events SET event = \(unescaped: impersonal("event"))
            WHERE notification_id = ANY(\(ids)) AND at >= \(start)
            """,
            """
            DELETE FROM inbox_unread
            WHERE tenant = \(erasure.tenant) AND user_id = \(erasure.userId) AND notification_id = ANY(\(ids))
            """,
            "DELETE FROM notification_texts WHERE id = ANY(\(ids))",
            "DELETE FROM dead_letters WHERE notification_id = ANY(\(ids))",
            "DELETE FROM provider_messages WHERE notification_id = ANY(\(ids)) AND created_at >= \(start)",
            "DELETE FROM idempotency_keys WHERE notification_id = ANY(\(ids))",
        ]
    }

    /// What endpoints are still to be told of a user: that something happened is told, and no more whom to. By the user
    /// and not by notifications, since one may be written of what was read just before it was erased. In the order of
    /// their ids, as all who lock documents do.
    static func messages(about erasure: Erasures.Erasure) -> PostgresQuery {
        """
        UPDATE notifications n
        SET content = jsonb_set(n.content, '{endpointMessage,body,data}', \(unescaped: impersonal("m.data")))
        FROM (
            SELECT o.id, o.content #> '{endpointMessage,body,data}' AS data
            FROM deliveries d JOIN notifications o ON o.id = d.notification_id
            WHERE d.tenant = \(HouseTenant.of(erasure.tenant)) AND d.cancellation_key IS NOT NULL
                AND o.content #>> '{endpointMessage,body,data,userId}' = \(erasure.userId)
                AND CAST(o.content #>> '{endpointMessage,body,data,notificationId}' AS uuid)
                    < \(UUID.version7Floor(at: erasure.until))
            ORDER BY o.id FOR NO KEY UPDATE OF o
        ) m WHERE n.id = m.id
        """
    }

    /// An event without what it says about anybody.
    private static func impersonal(_ event: String) -> String {
        """
        (\(event) - 'userId' - 'device') || CASE
            WHEN jsonb_exists(\(event), 'error')
            THEN jsonb_build_object('error', jsonb_build_object('code', \(event) -> 'error' -> 'code', 'detail', ''))
            ELSE '{}' END
        """
    }
}
