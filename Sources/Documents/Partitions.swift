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

    /// One partition: its name and its bounds as SQL literals made here, never from a caller.
    private struct Partition {
        var parent: String
        var name: String
        var from: String
        var to: String
        var storage: String
    }

    private static let day: TimeInterval = 86400

    /// Makes the partitions for today up to a week ahead; those that exist are left alone.
    public func makeAhead() async throws {
        let now: Date = try await pool.query("SELECT now()")[0].get(0)
        for partition in Partitions.notifications(around: now) + Partitions.events(around: now) {
            try await make(partition)
        }
    }

    /// What `makeAhead` would make: the names of partitions that are not there, with the time from which they are needed.
    public func missing() async throws -> [String: Date] {
        let now: Date = try await pool.query("SELECT now()")[0].get(0)
        var missing: [String: Date] = [:]
        for partition in Partitions.notifications(around: now) + Partitions.events(around: now) {
            let isThere = try await pool.withConnection { try await exists(partition, on: $0) }
            if !isThere { missing[partition.name] = Partitions.start(of: partition.name) }
        }
        return missing
    }

    /// Weeks begin on Thursdays, as the epoch did; the week before is made too, for ids of a slow clock.
    private static func notifications(around now: Date) -> [Partition] {
        let week = 7 * day
        let start = (now.timeIntervalSince1970 / week).rounded(.down) * week
        return [-week, 0, week].map { offset in
            let from = Date(timeIntervalSince1970: start + offset)
            let to = from.addingTimeInterval(week)
            return Partition(
                parent: "notifications", name: "notifications_\(dayText(from))",
                from: "'\(UUID.version7Floor(at: from).text)'", to: "'\(UUID.version7Floor(at: to).text)'",
                storage: "fillfactor = 50")
        }
    }

    private static func events(around now: Date) -> [Partition] {
        let start = (now.timeIntervalSince1970 / day).rounded(.down) * day
        return (-1...7).map { offset in
            let from = Date(timeIntervalSince1970: start + Double(offset) * day)
            let to = from.addingTimeInterval(day)
            return Partition(
                parent: "delivery_events", name: "delivery_events_\(dayText(from))", from: "'\(Timestamp.text(from))'",
                to: "'\(Timestamp.text(to))'", storage: "fillfactor = 100")
        }
    }

    /// `20261121`.
    private static func dayText(_ date: Date) -> String {
        String(Timestamp.text(date).prefix(10)).filter { $0 != "-" }
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
                CREATE TABLE \(unescaped: partition.name) (LIKE \(unescaped: partition.parent) INCLUDING ALL)
                WITH (\(unescaped: partition.storage))
                """)
            try await connection.query(
                """
                ALTER TABLE \(unescaped: partition.parent) ATTACH PARTITION \(unescaped: partition.name)
                FOR VALUES FROM (\(unescaped: partition.from)) TO (\(unescaped: partition.to))
                """)
        }
    }

    /// Drops partitions that ended before the retention began; of notifications only those no delivery points into.
    /// What an earlier call could not finish is finished. Returns the names of what was dropped.
    public func dropExpired() async throws -> [String] {
        let now: Date = try await pool.query("SELECT now()")[0].get(0)
        let limit = now.addingTimeInterval(-retention.timeInterval)
        var dropped: [String] = []
        for (name, attachment) in try await existing() {
            guard let start = Partitions.start(of: name) else { continue }
            let isNotifications = name.hasPrefix("notifications_")
            let end = start.addingTimeInterval(isNotifications ? 7 * Partitions.day : Partitions.day)
            if end > limit { continue }
            if attachment == .attached, isNotifications, try await hasOpenWork(from: start, to: end) { continue }
            try await drop(name, of: isNotifications ? "notifications" : "delivery_events", attachment)
            dropped.append(name)
        }
        try await forgetDropped()
        return dropped
    }

    /// How far dropping a partition has come: detaching waits for whoever still reads it, and may give up half way.
    private enum Attachment: String {
        case attached, detaching, detached
    }

    /// Half detached ones first: until they are done, no other can be detached.
    private func existing() async throws -> [(name: String, attachment: Attachment)] {
        try await pool.query(
            """
            SELECT c.relname, CASE WHEN i.inhparent IS NULL THEN 'detached' WHEN i.inhdetachpending THEN 'detaching'
                ELSE 'attached' END
            FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
                AND c.relname ~ '^(notifications|delivery_events)_[0-9]{8}$'
            ORDER BY coalesce(i.inhdetachpending, false) DESC, c.relname
            """
        ).map { (try $0.get(0), Attachment(rawValue: try $0.get(1)) ?? .attached) }
    }

    private func drop(_ name: String, of parent: String, _ attachment: Attachment) async throws {
        if attachment != .detached {
            let step = attachment == .detaching ? "FINALIZE" : "CONCURRENTLY"
            try await pool.query(
                "ALTER TABLE \(unescaped: parent) DETACH PARTITION \(unescaped: name) \(unescaped: step)")
        }
        try await pool.query("DROP TABLE \(unescaped: name)")
    }

    /// Deletes what other tables say of notifications that are gone, a bounded number at a time.
    private func forgetDropped() async throws {
        let starts = try await existing().filter { $0.name.hasPrefix("notifications_") }
            .compactMap { Partitions.start(of: $0.name) }
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

    private static func start(of name: String) -> Date? {
        guard let digits = name.split(separator: "_").last, digits.count == 8 else { return nil }
        return Timestamp.date("\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.suffix(2))T00:00:00Z")
    }

    private func hasOpenWork(from start: Date, to end: Date) async throws -> Bool {
        try await pool.query(
            """
            SELECT EXISTS (SELECT FROM deliveries WHERE route = ANY(\(Route.allCases.map(\.rawValue)))
                AND notification_id >= \(UUID.version7Floor(at: start))
                AND notification_id < \(UUID.version7Floor(at: end)))
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
