public import Foundation
import Notifications
import Postgres

extension RecipientStore {
    /// What is kept of a user besides the profile, by tenant and user; few rows each. What is kept of notifications is for
    /// ``ErasureStatements``.
    private static let tablesOfUsers = ["devices", "preferences", "recipient_times"]

    /// Removes a user, and has all that is kept of its notifications erased (``Erasures``). Whom nothing is sent to any
    /// more stays suppressed: of such addresses only hashes are kept.
    /// - Returns: when that was asked for; nil when there is nothing of such a user.
    public func erase(_ userId: String, tenant: String) async throws -> Date? {
        let requested: Date? = try await pool.transaction { connection in
            let known = try await connection.query(
                "DELETE FROM recipients WHERE tenant = \(tenant) AND user_id = \(userId)"
            ).affected
            let subscriptions = try await connection.query(TopicStore.leaving(userId, tenant: tenant)).affected
            for table in RecipientStore.tablesOfUsers {
                try await connection.query(
                    "DELETE FROM \(unescaped: table) WHERE tenant = \(tenant) AND user_id = \(userId)")
            }
            // Notifications may have gone to somebody of whom we kept nothing else. Asked for again, it reaches what was
            // accepted meanwhile.
            return try await connection.query(
                """
                INSERT INTO erasures (tenant, user_id) SELECT \(tenant), \(userId)
                WHERE \(known + subscriptions > 0)
                    OR EXISTS (SELECT FROM notifications WHERE tenant = \(tenant) AND user_id = \(userId))
                    OR EXISTS (SELECT FROM erasures
                        WHERE tenant = \(tenant) AND user_id = \(userId) AND done_at IS NULL)
                ON CONFLICT (tenant, user_id) WHERE done_at IS NULL DO UPDATE SET requested_at = excluded.requested_at
                RETURNING requested_at
                """
            ).first?.get(0)
        }
        if requested != nil { await announce([userId], tenant: tenant) }
        return requested
    }
}
