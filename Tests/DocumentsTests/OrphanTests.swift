import Documents
import Foundation
import Notifications
import Postgres
import Testing

/// A delivery that was re-driven while the partition of its document was being dropped.
@Suite struct OrphanTests {
    @Test func deliveryWithoutItsDocumentIsNeverGrantedAndThenForgotten() async throws {
        try await withDatabase { database in
            let orphan = UUID.version7(at: Date(timeIntervalSince1970: 1_600_000_000))
            let sample = try await database.accept(Sample.notification())
            try await database.pool.query(
                """
                INSERT INTO deliveries (notification_id, route, tenant, priority, cost, not_before, expires_at)
                VALUES (\(orphan), 'email', 'acme', 2, 1, now(), now() + interval '1 day')
                """)
            let (answers, _) = try await database.permits().take(
                [orphan, sample.id], route: .email, provider: "simulator", suspects: 0)
            #expect(answers[orphan]?.summary == "gone")
            #expect(answers[sample.id]?.permit != nil, "the others of its batch are not held up")
            _ = try await Partitions(pool: database.pool, retention: .seconds(86400)).dropExpired()
            #expect(try await database.delivery(orphan) == nil)
            #expect(try await database.delivery(sample.id) != nil)
        }
    }
}
