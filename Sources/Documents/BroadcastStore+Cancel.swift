public import Foundation
public import Notifications
import Postgres

extension BroadcastStore {
    /// Notifications in one statement.
    private static let flagSize = 2000
    /// Until what somebody had under his hands is looked at again.
    private static let pause: Duration = .milliseconds(20)

    /// Takes a broadcast back. Once this returns no further page of it is made and no permit is granted for anything of
    /// it; what was being sent just then may still be sent, and is not tried again. What is left to be written of it,
    /// the clerk writes. Doing it again changes nothing.
    /// - Parameter patience: how long it may take; it can be gone on with by another call.
    /// - Returns: it as it stands then; nil when the tenant has none of this id.
    public func cancel(_ id: UUID, tenant: String, patience: Duration) async throws -> Broadcast? {
        // Waits for the page that is just being written; the next one finds what stands here then.
        let found = try await pool.query(
            """
            UPDATE broadcasts
            SET status = 'cancelled', settled = settled AND status = 'cancelled', last_user_id = '',
                ended_at = CASE WHEN status = 'expanding' THEN now() ELSE ended_at END
            WHERE id = \(id) AND tenant = \(tenant)
            """
        ).affected
        guard found == 1 else { return nil }
        try await flag(id, tenant: tenant, patience: patience)
        return try await broadcast(id, tenant: tenant)
    }

    /// Flags all that is open of a broadcast that is taken back. What is flagged already is passed over, so each counts
    /// once, whoever does it and however often.
    public func flag(_ id: UUID, tenant: String, patience: Duration) async throws {
        let deadline = ContinuousClock.now + patience
        while try await !flagAll(id, tenant: tenant, by: deadline) { try await Task.sleep(for: BroadcastStore.pause) }
    }

    /// Goes once over all that is open. Returns whether nothing was left out.
    private func flagAll(_ id: UUID, tenant: String, by deadline: ContinuousClock.Instant) async throws -> Bool {
        var (after, isComplete) = (UUID.lowest, true)
        while true {
            guard ContinuousClock.now < deadline else { throw DocumentsError.unavailable }
            let row = try await pool.query(flagging(id, tenant: tenant, after: after))[0]
            guard let last = try row.get(0, as: UUID?.self) else { return isComplete }
            after = last
            isComplete = try isComplete && row.get(1)
        }
    }

    /// Flags open deliveries, so that no permit is granted for them any more, and counts the notifications of which
    /// something waited. It waits for nobody who has some of them locked, so it is part of no deadlock: a notification
    /// of which one is, is left out as a whole, and so none is counted twice.
    private func flagging(_ id: UUID, tenant: String, after: UUID) -> PostgresQuery {
        """
        WITH wanted AS MATERIALIZED (
            SELECT DISTINCT notification_id AS id FROM deliveries
            WHERE tenant = \(tenant) AND broadcast_id = \(id) AND notification_id > \(after) AND NOT cancelled
            ORDER BY notification_id LIMIT \(BroadcastStore.flagSize)
        ), held AS MATERIALIZED (
            SELECT w.id, d.route, d.fence IS NULL AND NOT d.cancelled AS waits FROM wanted w CROSS JOIN LATERAL (
                SELECT route, fence, cancelled FROM deliveries
                WHERE tenant = \(tenant) AND broadcast_id = \(id) AND notification_id = w.id FOR UPDATE SKIP LOCKED
            ) d
        ), whole AS MATERIALIZED (
            SELECT h.id, bool_or(h.waits) AS waits FROM held h GROUP BY h.id
            HAVING count(*) = (
                SELECT count(*) FROM deliveries d
                WHERE d.tenant = \(tenant) AND d.broadcast_id = \(id) AND d.notification_id = h.id)
        ), flagged AS (
            UPDATE deliveries d SET cancelled = true
            FROM (SELECT h.route, h.id FROM held h JOIN whole USING (id) OFFSET 0) AS h WHERE \(deliveryOf: "h")
        ), counted AS (
            UPDATE broadcasts SET cancelled = cancelled + (SELECT count(*) FROM whole WHERE waits) WHERE id = \(id)
        )
        SELECT (SELECT w.id FROM wanted w ORDER BY w.id DESC LIMIT 1),
            (SELECT count(*) FROM wanted) = (SELECT count(*) FROM whole)
        """
    }

    /// Notifications of a broadcast with something flagged that nobody is sending, oldest first.
    public func waiting(_ broadcast: Broadcast, limit: Int) async throws -> [UUID] {
        try await pool.query(
            """
            SELECT DISTINCT notification_id FROM deliveries
            WHERE tenant = \(broadcast.tenant) AND broadcast_id = \(broadcast.id) AND fence IS NULL
                AND cancelled
            ORDER BY notification_id LIMIT \(limit)
            """
        ).map { try $0.get(0) }
    }

    /// Notes that nothing is to be done any more for one that was cancelled.
    public func settle(_ broadcast: Broadcast) async throws {
        try await pool.query("UPDATE broadcasts SET settled = true WHERE id = \(broadcast.id) AND status = 'cancelled'")
    }

    /// Lets the others go first.
    public func giveWay(_ broadcast: Broadcast) async throws {
        try await pool.query("UPDATE broadcasts SET turn_at = clock_timestamp() WHERE id = \(broadcast.id)")
    }
}
