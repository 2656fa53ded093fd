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
            UPDATE delivery_events SET event = (event - 'userId' - 'device') || CASE
                WHEN jsonb_exists(event, 'error')
                THEN jsonb_build_object('error', jsonb_build_object('code', event -> 'error' -> 'code', 'detail', ''))
                ELSE '{}' END
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
}
