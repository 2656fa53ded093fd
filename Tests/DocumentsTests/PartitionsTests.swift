import Documents
import Foundation
import Notifications
import Postgres
import Testing

@Suite struct PartitionsTests {
    static let day: TimeInterval = 86400

    @Test func aWeekAheadIsMadeAndMakingItAgainChangesNothing() async throws {
        try await withDatabase { database in
            let names = try await database.partitions()
            for days in 0...7 {
                let date = Date().addingTimeInterval(Double(days) * Self.day)
                try await database.accept([Sample.notification(at: date)])
                try await database.logEvent(at: date)
            }
            try await Partitions(pool: database.pool, retention: .seconds(1)).makeAhead()
            #expect(try await database.partitions() == names)
            #expect(try await database.count("notifications") == 8)
            #expect(try await database.count("delivery_events") == 8)
        }
    }

    @Test func whatIsMissingIsKnownWithTheDayItIsNeeded() async throws {
        try await withDatabase { database in
            let partitions = Partitions(pool: database.pool, retention: .seconds(1))
            #expect(try await partitions.missing().isEmpty)
            let last = try #require(try await database.partitions().filter { $0.hasPrefix("delivery_events_") }.max())
            try await database.pool.query("DROP TABLE \(unescaped: last)")
            let missing = try await partitions.missing()
            #expect(missing.keys.sorted() == [last])
            let days = try #require(missing[last]).timeIntervalSince(Date()) / Self.day
            #expect((6...7).contains(days))
        }
    }

    @Test func documentsHaveRoomForTheirUpdates() async throws {
        try await withDatabase { database in
            let options = try await database.pool.query(
                """
                SELECT c.reloptions::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = to_regclass('notifications')
                """
            ).map { try $0.get(0, as: String.self) }
            #expect(Set(options) == ["{fillfactor=50}"])
        }
    }

    @Test func severalMakeThemAtOnce() async throws {
        try await withEmptySchema { database in
            _ = try await Migrator(Schema.migrations).migrate(database.configuration)
            let partitions = Partitions(pool: database.pool, retention: .seconds(1))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { try await partitions.makeAhead() } }
                try await group.waitForAll()
            }
            #expect(try await database.partitions().count == 3 + 3 + 9 + 3)
        }
    }

    @Test func whatIsPastKeepingIsDropped() async throws {
        try await withDatabase { database in
            let partitions = Partitions(pool: database.pool, retention: .seconds(30 * 86400))
            let kept = try await database.partitions()
            let notifications = try await database.makeOld("notifications", daysAgo: 63)
            let events = try await database.makeOld("delivery_events", daysAgo: 35)
            let young = try await database.makeOld("delivery_events", daysAgo: 29)
            // Receipts are not waited for as long.
            let messages = try await database.makeOld("provider_messages", daysAgo: 28)
            try await database.logEvent(at: Date().addingTimeInterval(-35 * Self.day))
            #expect(try await partitions.dropExpired() == [events, notifications, messages])
            #expect(try await database.partitions() == (kept + [young]).sorted())
            #expect(try await database.count("delivery_events") == 0)
            #expect(try await partitions.dropExpired() == [])
        }
    }

    @Test func notificationsWithOpenWorkAreKeptAndHoldUpNoOthers() async throws {
        try await withDatabase { database in
            let partitions = Partitions(pool: database.pool, retention: .seconds(30 * 86400))
            let busy = try await database.makeOld("notifications", daysAgo: 70)
            let done = try await database.makeOld("notifications", daysAgo: 63)
            let sample = try await database.accept(
                Sample.notification(at: Date().addingTimeInterval(-70 * Self.day)))
            #expect(try await partitions.dropExpired() == [done])
            #expect(try await database.count("notifications") == 1)
            try await database.pool.query("DELETE FROM deliveries WHERE notification_id = \(sample.id)")
            #expect(try await partitions.dropExpired() == [busy])
        }
    }

    /// A transaction that reads meanwhile makes the second step of detaching wait until it gives up.
    @Test func whatWasLeftHalfDetachedIsDroppedTheNextTime() async throws {
        try await withDatabase { database in
            let old = try await database.makeOld("notifications", daysAgo: 63)
            let older = try await database.makeOld("notifications", daysAgo: 70)
            let hasty = database.anotherPool { $0.lockTimeout = .milliseconds(100) }
            let retention = Duration.seconds(30 * 86400)
            try await database.pool.transaction { connection in
                try await connection.query("SELECT count(*) FROM notifications")
                await #expect(throws: PostgresError.self) {
                    try await Partitions(pool: hasty, retention: retention).dropExpired()
                }
            }
            await hasty.close()
            #expect(try await Partitions(pool: database.pool, retention: retention).dropExpired() == [older, old])
        }
    }

    @Test func keysPastTheirDayArePruned() async throws {
        try await withDatabase { database in
            try await withWriter(database.pool) { writer in
                for key in ["old", "older", "young"] {
                    #expect(await writer.seen(Sample.submission(Sample.claim(key))) == .answer(.accepted))
                }
            }
            try await database.pool.query(
                "UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE key <> 'young'")
            let partitions = Partitions(pool: database.pool, retention: .seconds(1))
            #expect(try await partitions.pruneIdempotencyKeys() == 2)
            #expect(try await partitions.pruneIdempotencyKeys() == 0)
            #expect(try await database.count("idempotency_keys WHERE key = 'young'") == 1)
        }
    }
}

extension TestDatabase {
    /// All partitions of this schema by name.
    fileprivate func partitions() async throws -> [String] {
        try await pool.query(
            """
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname
            """
        ).map { try $0.get(0, as: String.self) }
    }

    fileprivate func logEvent(at date: Date) async throws {
        try await pool.query(
            """
            INSERT INTO delivery_events (at, notification_id, tenant, event)
            VALUES (\(date), \(UUID.version7(at: date)), 'acme', '{}')
            """)
    }

    /// Makes the partition that was made so many days ago, and returns its name.
    fileprivate func makeOld(_ parent: String, daysAgo: Int) async throws -> String {
        let length = (parent == "delivery_events" ? 1 : 7) * PartitionsTests.day
        let then = Date().addingTimeInterval(-Double(daysAgo) * PartitionsTests.day)
        let start = Date(timeIntervalSince1970: (then.timeIntervalSince1970 / length).rounded(.down) * length)
        let bounds = [start, start.addingTimeInterval(length)].map {
            parent == "notifications" ? UUID.version7Floor(at: $0).text : Timestamp.text($0)
        }
        let name = "\(parent)_\(Timestamp.text(start).prefix(10).filter { $0 != "-" })"
        try await pool.query(
            """
            CREATE TABLE \(unescaped: name) PARTITION OF \(unescaped: parent)
            FOR VALUES FROM ('\(unescaped: bounds[0])') TO ('\(unescaped: bounds[1])')
            """)
        return name
    }
}
