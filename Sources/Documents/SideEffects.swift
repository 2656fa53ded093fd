import Notifications
import Postgres

/// Statements for what an outcome leaves behind besides a status.
enum SideEffects {
    static func deadLetters(_ records: [AttemptRecord]) -> PostgresQuery {
        """
        INSERT INTO dead_letters (notification_id, route, tenant, round, attempts, provider, reason)
        SELECT * FROM unnest(
            \(records.map(\.permit.notificationId)), \(records.map(\.permit.route.rawValue)),
            \(records.map(\.permit.tenant)), \(records.map { Int32($0.permit.round) }),
            \(records.map { Int32($0.permit.attempt) }), \(records.map(\.result.provider)),
            \(records.map { JSONB($0.result.failure?.json ?? [:]) }))
        ON CONFLICT (notification_id, route) DO UPDATE
        SET round = excluded.round, attempts = excluded.attempts, provider = excluded.provider,
            reason = excluded.reason, died_at = now()
        """
    }

    /// Only what the document calls unread: somebody may have read it since an earlier report of the same.
    static func unread(_ records: [AttemptRecord]) -> PostgresQuery {
        """
        INSERT INTO inbox_unread (tenant, user_id, notification_id)
        SELECT n.tenant, n.user_id, n.id FROM notifications n
        WHERE n.id = ANY(\(records.map(\.permit.notificationId))) AND n.user_id IS NOT NULL
            AND n.channels -> 'inApp' ->> 'status' = 'unread'
        ON CONFLICT DO NOTHING
        """
    }

}
