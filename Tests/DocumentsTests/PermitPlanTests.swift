import Foundation
import Notifications
import Postgres
import Testing

@testable import Documents

/// Taking permits and handing them in costs the same however much work is open, also where the statements were prepared
/// while there was none, and Postgres knew that.
@Suite struct PermitPlanTests {
    static let open = 300_000

    @Test func sixtyFourPermitsTouchSixtyFourRows() async throws {
        try await withDatabase { database in
            let pool = database.anotherPool { $0.poolSize = 1 }
            let store = PermitStore(pool: pool, timing: DeliveryTiming(), maximumAttempts: 5)
            let recorder = OutcomeRecorder(pool: pool)
            let first = Sample.notifications(1)
            try await database.accept(first)
            let done = try await store.grants(first.map(\.id)).map { $0.settled() }
            _ = try await recorder.record(done)
            try await database.pool.query("VACUUM ANALYZE deliveries")
            // Often enough that Postgres would settle on a plan for good.
            for _ in 0..<10 {
                _ = try await store.take([UUID()], route: .email, provider: "simulator", suspects: 1)
                _ = try await recorder.record(done)
            }
            let samples = try await fill(database)

            let before = try await Reads(pool)
            let permits = try await store.grants(samples[..<64].map(\.id))
            let granted = try await Reads(pool)
            #expect(
                granted.byIndex - before.byIndex <= 64 * 2, "each row is found once, and updated where it was found")
            #expect(try await recorder.record(permits.map { $0.settled() }).allSatisfy(\.wasCurrent))
            let after = try await Reads(pool)
            #expect(after.byIndex - granted.byIndex <= 64 * 2, "each is looked up to be deleted, or to be postponed")
            #expect(after.scans == before.scans, "no sequential scan")

            let nodes = try await explain(samples[64...].map(\.id), on: pool)
            let scans = nodes.filter { $0.relation == "deliveries" && $0.kind.hasSuffix("Scan") && $0.loops > 0 }
            #expect(!scans.isEmpty)
            #expect(!scans.contains { $0.kind == "Seq Scan" })
            #expect(scans.allSatisfy { $0.rows == 64 && $0.removed == 0 })
            for table in ["preferences", "preference_defaults"] {
                let scans = nodes.filter { $0.relation == table && $0.kind.hasSuffix("Scan") }
                #expect(scans.count == 1 && (1...64).contains(scans[0].rows), "looked up by its key")
                #expect(!scans.contains { $0.kind == "Seq Scan" || $0.removed > 0 })
            }
            await pool.close()
        }
    }

    /// Fills the table and returns 128 of its notifications.
    private func fill(_ database: TestDatabase) async throws -> [AcceptedNotification] {
        try await database.pool.query(
            """
            INSERT INTO deliveries (notification_id, route, tenant, priority, cost, not_before, expires_at)
            SELECT gen_random_uuid(), (ARRAY['email', 'sms'])[1 + n % 2], 'tenant-' || n % 7, n % 4, 1, now(),
                now() + interval '1 day'
            FROM generate_series(1, \(Self.open)) AS n
            """)
        try await database.pool.query(
            """
            INSERT INTO preferences (tenant, user_id, preferences)
            SELECT 'acme', 'user-' || n, '{"channels":{"sms":false}}' FROM generate_series(1, 20000) AS n
            """)
        try await database.pool.query(
            """
            INSERT INTO preference_defaults (tenant, preferences)
            SELECT tenant, '{}' FROM (SELECT 'acme' UNION SELECT 'tenant-' || n FROM generate_series(1, 1000) n) t(tenant)
            """)
        let samples = (1...128).map { number in
            Sample.notification(to: ["userId": .string("user-\(number)"), "email": "ada@example.org"])
        }
        try await database.accept(samples)
        #expect(try await database.count("deliveries") == Self.open + 128)
        return samples
    }

    /// Runs the very statement that this connection prepared, and returns its plan with what really happened.
    ///
    /// Every parameter is given by its type: the order is the statement's own affair.
    private func explain(_ ids: [UUID], on pool: PostgresPool) async throws -> [PlanNode] {
        let prepared = try await pool.query(
            """
            SELECT name, parameter_types::text[] FROM pg_prepared_statements
            WHERE statement LIKE '%SKIP LOCKED%' AND statement LIKE '%pg_postmaster_start_time%'
                AND statement NOT LIKE '%pg_prepared_statements%'
            """)
        try #require(prepared.count == 1)
        let values = [
            "text": "'email'", "bigint": "64", "double precision": "25",
            "uuid[]": "'{\(ids.map(\.text).joined(separator: ","))}'",
        ]
        let parameters = try prepared[0].get(1, as: [String].self).map { try #require(values[$0], "\($0)") }
        let name: String = try prepared[0].get(0)
        let answer = try await pool.query(
            """
            EXPLAIN (ANALYZE, FORMAT JSON)
            EXECUTE \(unescaped: name)(\(unescaped: parameters.joined(separator: ", ")))
            """)
        let plan = try JSON(parsing: try answer[0].get(0, as: String.self))
        return PlanNode.all(in: try #require(plan.array?.first?["Plan"]))
    }
}

/// How the rows of `deliveries` were read so far, by a pool of one connection.
private struct Reads {
    var scans: Int64
    var byIndex: Int64

    init(_ pool: PostgresPool) async throws {
        try await pool.query("SELECT pg_stat_force_next_flush()")
        let row = try await pool.query(
            """
            SELECT seq_tup_read, idx_tup_fetch FROM pg_stat_user_tables
            WHERE relid = to_regclass('deliveries')
            """)[0]
        scans = try row.get(0)
        byIndex = try row.get(1)
    }
}

/// One step of a plan that was run.
private struct PlanNode {
    var kind: String
    var relation: String?
    var loops: Int
    /// Over all loops.
    var rows: Int
    var removed: Int

    init(_ json: JSON) {
        func number(_ name: String) -> Double {
            if case .number(let text)? = json[name] { Double(text) ?? 0 } else { 0 }
        }
        kind = json["Node Type"]?.string ?? ""
        relation = json["Relation Name"]?.string
        loops = Int(number("Actual Loops"))
        rows = Int(number("Actual Rows") * number("Actual Loops"))
        removed = Int(number("Rows Removed by Filter"))
    }

    static func all(in json: JSON) -> [PlanNode] {
        [PlanNode(json)] + (json["Plans"]?.array ?? []).flatMap(all)
    }
}
