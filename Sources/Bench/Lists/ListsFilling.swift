import Foundation
import Notifications
import Postgres

/// Fills a scratch database, by as little work for Postgres as will do.
struct ListsFilling: Sendable {
    static let lanes = 2
    private static let chunk = 50_000
    /// Different bodies.
    private static let bodies = 2000

    let world: ListsWorld
    let pool: PostgresPool

    struct Figures: Sendable {
        var seconds = 0.0
        /// How long each index beside the primary key took to make, and its size, by its name.
        var indexes: [String: (seconds: Double, bytes: Int)] = [:]
    }

    func run(_ progress: @Sendable (String) -> Void) async throws -> Figures {
        var figures = Figures()
        let start = ContinuousClock.now
        let indexes = try await dropIndexes()
        try await makeBodies()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<ListsFilling.lanes {
                group.addTask {
                    for chunk in stride(
                        from: lane * ListsFilling.chunk, to: world.rows, by: ListsFilling.lanes * ListsFilling.chunk)
                    {
                        try await write(chunk..<min(chunk + ListsFilling.chunk, world.rows))
                    }
                }
            }
            try await group.waitForAll()
        }
        try await pool.query(
            """
            INSERT INTO inbox_unread (tenant, user_id, notification_id)
            SELECT tenant, user_id, id FROM notifications
            WHERE user_id IS NOT NULL AND channels -> 'inApp' ->> 'status' = 'unread'
            """)
        for (name, definition) in indexes.sorted(by: { $0.key < $1.key }) {
            progress("indexing \(name)")
            let began = ContinuousClock.now
            try await pool.query("\(unescaped: definition)")
            figures.indexes[name] = ((.now - began).seconds, try await size(of: name))
        }
        progress("counting what there is")
        try await pool.query("VACUUM (ANALYZE, FREEZE) notifications, inbox_unread")
        try await pool.query("CHECKPOINT")
        figures.seconds = (.now - start).seconds
        return figures
    }

    /// Takes the secondary indexes away, which are quicker made afterwards.
    /// - Returns: the statements that make them again, by their names.
    private func dropIndexes() async throws -> [String: String] {
        var definitions: [String: String] = [:]
        for row in try await pool.query(
            """
            SELECT c.relname, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            WHERE i.indrelid = 'notifications'::regclass AND NOT i.indisprimary
            """)
        {
            let name: String = try row.get(0)
            definitions[name] = try row.get(1)
            try await pool.query("DROP INDEX \(unescaped: name)")
        }
        return definitions
    }

    /// Of all partitions together.
    private func size(of index: String) async throws -> Int {
        Int(
            try await pool.query(
                """
                SELECT sum(pg_relation_size(inhrelid))::int8 FROM pg_inherits WHERE inhparent = to_regclass(\(index))
                """)[0].get(0, as: Int64.self))
    }

    /// Texts of forty words, of which few are frequent and many rare, as in any language.
    private func makeBodies() async throws {
        try await pool.query(
            """
            CREATE TABLE bench_bodies AS
            SELECT b AS id, string_agg('word' || floor(exp(random() * ln(20000)))::int, ' ') AS body
            FROM generate_series(0, \(ListsFilling.bodies - 1)) AS b, generate_series(1, 40) AS w GROUP BY b
            """)
        try await pool.query("ALTER TABLE bench_bodies ADD PRIMARY KEY (id)")
        try await pool.query("ANALYZE bench_bodies")
    }

    /// `hash` decides of every notification by itself what it is like.
    private func write(_ numbers: Range<Int>) async throws {
        let start = world.time.lowerBound.timeIntervalSince1970 * 1000
        let step = world.time.upperBound.timeIntervalSince(world.time.lowerBound) * 1000 / Double(world.rows)
        try await pool.query(
            """
            INSERT INTO notifications (id, tenant, user_id, created_at, content, channels)
            SELECT (lpad(to_hex(ms), 12, '0') || '7000' || '8' || lpad(to_hex(n), 15, '0'))::uuid,
                CASE WHEN hash % 10 = 0 AND n % \(world.heavyEvery) <> 0 THEN 'other-' || hash / 10 % 100
                    ELSE \(ListsWorld.tenant) END,
                user_id, to_timestamp(ms / 1000.0),
                ('{"to":{"userId":"' || user_id || '"},"type":"'
                    || CASE WHEN hash / 1000 % 100 < 70 THEN 'transactional' WHEN hash / 1000 % 100 < 95 THEN 'marketing'
                        WHEN hash / 1000 % 100 < 99 THEN 'alert' ELSE 'system' END
                    || '","priority":"medium","title":"Order ' || n || '","body":"' || b.body
                    || '","delivery":"atLeastOnce","expiresAt":"2030-01-01T00:00:00.000Z"}')::jsonb,
                \(unescaped: ListsFilling.channels)
            FROM (
                SELECT n, hash, (\(start) + n * \(step))::int8 AS ms,
                    CASE WHEN n % \(world.heavyEvery) = 0 THEN \(ListsWorld.heavyUser)
                        ELSE 'user-' || hash / 7 % \(world.users) END AS user_id
                FROM (
                    SELECT n, hashint4(n::int4)::int8 + 2147483648 AS hash
                    FROM generate_series(\(numbers.lowerBound), \(numbers.upperBound - 1)) AS n
                ) h
            ) s JOIN bench_bodies b ON b.id = s.hash % \(ListsFilling.bodies)
            """)
    }

    /// Of ten six are pushes, three e-mails and one lies in the inbox too; of a thousand pushes one failed, of ten thousand
    /// e-mails one came back.
    private static let channels = """
        (CASE WHEN hash / 100 % 10 < 6 THEN '{"push":{"status":"'
                || CASE WHEN hash / 4096 % 1000 = 0 THEN 'failed' ELSE 'sent' END
                || '","attempts":1,"provider":"fcm","sentAt":"2026-11-21T10:00:00.000Z","deliveredAt":null,"error":null,'
                || '"routes":{"push.fcm":{"status":"sent"}},"deviceCount":1,"successCount":1,"failureCount":0,'
                || '"devices":{"phone":{"status":"sent","route":"push.fcm","attempts":1,"provider":"fcm",'
                || '"providerMessageId":"projects/example/messages/' || n || '","error":null}}}}'
            ELSE '{"email":{"status":"'
                || CASE WHEN hash / 4096 % 10000 = 0 THEN 'bounced' ELSE 'delivered' END
                || '","attempts":1,"provider":"ses","providerMessageId":"' || n || '",'
                || '"sentAt":"2026-11-21T10:00:00.000Z","deliveredAt":"2026-11-21T10:00:01.000Z","error":null}'
                || CASE WHEN hash / 100 % 10 < 9 THEN '' WHEN hash / 64 % 2 = 0
                    THEN ',"inApp":{"status":"unread","readAt":null,"error":null}'
                    ELSE ',"inApp":{"status":"read","readAt":"2026-11-21T10:00:00.000Z","error":null}' END
                || '}' END)::jsonb
        """
}
