public import Foundation
import Notifications
public import Postgres

/// Makes partitions ahead of time and drops what is past keeping.
public struct Partitions: Sendable {
    private let pool: PostgresPool
    /// How long events and finished notifications are kept.
    private let retention: Duration

    public init(pool: PostgresPool, retention: Duration) {
        self.pool = pool
        self.retention = retention
    }

    /// Makes the partitions for today up to a week ahead; those that exist are left alone.
    public func makeAhead() async throws {
        let now: Date = try await pool.query("SELECT now()")[0].get(0)
        for partition in PartitionedTable.allCases.flatMap({ $0.ahead(of: now) }) { try await make(partition) }
        // Of what was accepted before there were texts.
        for (partition, attachment) in try await existing()
        where partition.table == .notifications && attachment == .attached {
            try await make(Partition(table: .notificationTexts, start: partition.start))
        }
    }

    /// What `makeAhead` would make: the names of partitions that are not there, with the time from which they are needed.
    public func missing() async throws -> [String: Date] {
        let now: Date = try await pool.query("SELECT now()")[0].get(0)
        var missing: [String: Date] = [:]
        for partition in PartitionedTable.allCases.flatMap({ $0.ahead(of: now) }) {
            let isThere = try await pool.withConnection { try await exists(partition, on: $0) }
            if !isThere { missing[partition.name] = partition.start }
        }
        return missing
    }

    /// Asks the catalogue: within a transaction `to_regclass` may still remember that there was none.
    private func exists(_ partition: Partition, on connection: PostgresConnection) async throws -> Bool {
        try await connection.query(
            """
            SELECT EXISTS (SELECT FROM pg_class
                WHERE relname = \(partition.name) AND relnamespace = current_schema()::regnamespace)
            """)[0].get(0)
    }

    /// `LIKE` and `ATTACH` take weaker locks than `PARTITION OF`: writers go on meanwhile.
    private func make(_ partition: Partition) async throws {
        if try await pool.withConnection({ try await exists(partition, on: $0) }) { return }
        try await pool.transaction { connection in
            // Another process may be making it just now.
            try await connection.query(
                "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.partitions', 0))")
            if try await exists(partition, on: connection) { return }
            try await connection.query(
                """
                CREATE TABLE \(unescaped: partition.name) (LIKE \(unescaped: partition.table.rawValue) INCLUDING ALL)
                WITH (fillfactor = \(unescaped: String(partition.table.fillFactor)))
                """)
            try await connection.query(
                """
                ALTER TABLE \(unescaped: partition.table.rawValue) ATTACH PARTITION \(unescaped: partition.name)
                FOR VALUES FROM (\(unescaped: partition.from)) TO (\(unescaped: partition.to))
                """)
        }
    }

    /// Drops partitions that ended before the retention began; of notifications and their texts only those no delivery points into.
    /// What an earlier call could not finish is finished. Returns the names of what was dropped.
    public func dropExpired() async throws -> [String] {
        let now: Date = try await pool.query("SELECT now()")[0].get(0)
        var dropped: [String] = []
        for (partition, attachment) in try await existing() {
            let limit = now.addingTimeInterval(-partition.table.retention(retention).timeInterval)
            if partition.end > limit { continue }
            if attachment == .attached, partition.table.isByNotification, try await hasOpenWork(in: partition) {
                continue
            }
            try await drop(partition, attachment)
            dropped.append(partition.name)
        }
        try await forgetDropped()
        return dropped
    }

    /// How far dropping a partition has come: detaching waits for whoever still reads it, and may give up half way.
    private enum Attachment: String {
        case attached, detaching, detached
    }

    /// Half detached ones first: until they are done, no other can be detached.
    private func existing() async throws -> [(partition: Partition, attachment: Attachment)] {
        try await pool.query(
            """
            SELECT c.relname, CASE WHEN i.inhparent IS NULL THEN 'detached' WHEN i.inhdetachpending THEN 'detaching'
                ELSE 'attached' END
            FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
                AND c.relname ~ '_[0-9]{8}$'
            ORDER BY coalesce(i.inhdetachpending, false) DESC, c.relname
            """
        ).compactMap { row in
            guard let partition = Partition(name: try row.get(0)) else { return nil }
            return (partition, Attachment(rawValue: try row.get(1)) ?? .attached)
        }
    }

    private func drop(_ partition: Partition, _ attachment: Attachment) async throws {
        let (name, parent) = (partition.name, partition.table.rawValue)
        if attachment != .detached {
            let step = attachment == .detaching ? "FINALIZE" : "CONCURRENTLY"
            try await pool.query(
                "ALTER TABLE \(unescaped: parent) DETACH PARTITION \(unescaped: name) \(unescaped: step)")
        }
        try await pool.query("DROP TABLE \(unescaped: name)")
    }

    /// Deletes what other tables say of notifications that are gone, a bounded number at a time.
    private func forgetDropped() async throws {
        let starts = try await existing().map(\.partition).filter { $0.table == .notifications }.map(\.start)
        guard let oldest = starts.min() else { return }
        let bound = UUID.version7Floor(at: oldest)
        for table in ["inbox_unread", "dead_letters"] {
            var deleted = 1
            while deleted > 0, !Task.isCancelled {
                deleted = try await pool.query(
                    """
                    DELETE FROM \(unescaped: table) WHERE ctid = ANY(ARRAY(
                        SELECT ctid FROM \(unescaped: table) WHERE notification_id < \(bound) LIMIT 5000))
                    """
                ).affected
            }
        }
        // Only what was re-driven at the very moment of dropping; its key leads with the route.
        try await pool.query(
            """
            DELETE FROM deliveries
            WHERE route = ANY(\(Route.allCases.map(\.rawValue))) AND notification_id < \(bound)
            """)
    }

    private func hasOpenWork(in partition: Partition) async throws -> Bool {
        try await pool.query(
            """
            SELECT EXISTS (SELECT FROM deliveries WHERE route = ANY(\(Route.allCases.map(\.rawValue)))
                AND notification_id >= \(UUID.version7Floor(at: partition.start))
                AND notification_id < \(UUID.version7Floor(at: partition.end)))
            """)[0].get(0)
    }

    /// Deletes idempotency keys past their day, a bounded number at a time. Returns how many.
    public func pruneIdempotencyKeys() async throws -> Int {
        try await pool.query(
            """
            DELETE FROM idempotency_keys WHERE (tenant, key) IN (
                SELECT tenant, key FROM idempotency_keys WHERE created_at < now() - interval '24 hours'
                ORDER BY created_at LIMIT 10000)
            """
        ).affected
    }
}
