public import Notifications
import Postgres

extension EventLog {
    /// The number up to which the log is complete: nobody will ever log an event of this number or a lower one that is not
    /// there by now.
    ///
    /// Numbers are given out before their transactions commit, so below the newest there may be some that are still to come.
    /// Whoever takes one holds a lock on the table from before that to the end of its transaction. So what was the newest
    /// number once is settled when all have ended who held the lock then.
    /// - Parameter patience: how long to wait for them; they take milliseconds.
    /// - Returns: nil where somebody took longer.
    public func settledNumber(patience: Duration) async throws -> Int64? {
        let end = ContinuousClock.now + patience
        // Before its writers, or one that comes between the two would not be waited for.
        let newest: Int64 = try await pool.query(
            "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM delivery_event_ids")[0].get(0)
        var writers = try await writers()
        while !writers.isEmpty {
            guard .now < end else { return nil }
            try await Task.sleep(for: .milliseconds(5))
            writers.formIntersection(try await self.writers())
        }
        return newest
    }

    /// The transactions that write to the log just now.
    private func writers() async throws -> Set<String> {
        Set(
            try await pool.query(
                """
                SELECT virtualtransaction FROM pg_locks
                WHERE locktype = 'relation' AND relation = to_regclass('delivery_events')::oid AND granted
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    AND mode = 'RowExclusiveLock'
                """
            ).map { try $0.get(0, as: String.self) })
    }

    /// A tenant's events after number `id` and up to `end`, oldest first, out of one window of numbers.
    /// - Returns: the events, perhaps none, and the number up to which these are all.
    public func events(
        after id: Int64, upTo end: Int64, tenant: String, limit: Int
    ) async throws -> (events: [StatusEvent], place: Int64) {
        let place = min(end, id.addingReportingOverflow(EventLog.window).partialValue)
        if id >= place { return ([], id) }
        let rows = try await pool.query(
            """
            SELECT id, event FROM delivery_events
            WHERE id > \(id) AND id <= \(place) AND tenant = \(tenant) ORDER BY id LIMIT \(limit)
            """)
        let events = try rows.compactMap { try EventLog.event($0, tenant: tenant) }
        return (events, rows.count == limit ? try rows[limit - 1].get(0) : place)
    }

    /// The place from which on there are events: numbers whose events were dropped long ago are passed over, though they be
    /// millions.
    public func start(after id: Int64, upTo end: Int64) async throws -> Int64 {
        var (place, width) = (id, EventLog.window)
        for _ in 0..<EventLog.maximumStrides where place < end {
            let next = min(end, place + width)
            let isThere: Bool = try await pool.query(
                "SELECT EXISTS (SELECT FROM delivery_events WHERE id > \(place) AND id <= \(next))")[0].get(0)
            if isThere, width == EventLog.window { return place }
            if !isThere { place = next }
            width = isThere ? EventLog.window : width * 4
        }
        return place
    }

    private static let maximumStrides = 100
}
