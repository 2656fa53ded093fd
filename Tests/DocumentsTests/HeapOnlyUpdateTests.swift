import Documents
import Foundation
import Notifications
import Postgres
import Testing

/// Updates of open work and of documents touch no index, and find room on their own page.
@Suite struct HeapOnlyUpdateTests {
    @Test func nineInTenUpdatesAreHeapOnly() async throws {
        try await withDatabase { database in
            // One connection, so that its statistics are complete once it has handed them in.
            let pool = database.anotherPool { $0.poolSize = 1 }
            let store = PermitStore(pool: pool, timing: DeliveryTiming(), maximumAttempts: 5)
            let body = JSON(String(repeating: "Belfry ", count: 1024 / 7))
            try await withWriter(pool) { writer in
                for _ in 0..<(2048 / 64) {
                    let samples = (0..<64).map { _ in Sample.notification(["body": body]) }
                    let submission = Submission(tenant: "acme", notifications: samples)
                    #expect(await writer.seen(submission) == .answer(.accepted))
                    let permits = try await store.grants(samples.map(\.id))
                    _ = try await OutcomeRecorder(pool: pool).record(permits.map { $0.settled() })
                }
            }
            for (table, updates) in [("notifications", 2048), ("deliveries", 2048)] {
                let (all, heapOnly) = try await Self.updates(of: table, pool)
                #expect(all == updates)
                #expect(Double(heapOnly) >= 0.9 * Double(all), "\(table): \(heapOnly) of \(all)")
            }
            await pool.close()
        }
    }

    /// Updates of a table or of all its partitions, and how many of them were heap-only.
    private static func updates(of table: String, _ pool: PostgresPool) async throws -> (all: Int, heapOnly: Int) {
        try await pool.query("SELECT pg_stat_force_next_flush()")
        let row = try await pool.query(
            """
            SELECT sum(n_tup_upd)::int8, sum(n_tup_hot_upd)::int8 FROM pg_stat_user_tables
            WHERE relid = to_regclass(\(table))
                OR relid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = to_regclass(\(table)))
            """)[0]
        return (all: Int(try row.get(0, as: Int64.self)), heapOnly: Int(try row.get(1, as: Int64.self)))
    }
}
