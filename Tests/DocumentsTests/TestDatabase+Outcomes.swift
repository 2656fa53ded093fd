import Documents
import Foundation
import Postgres
import Testing

extension TestDatabase {
    func record(_ record: AttemptRecord) async throws -> RecordedAttempt {
        let recorded = try await OutcomeRecorder(pool: pool).record([record])
        #expect(recorded.count == 1)
        return try #require(recorded.first)
    }

    func fence(of id: UUID) async throws -> Int64? {
        try await pool.query("SELECT fence FROM deliveries WHERE notification_id = \(id)").first?.get(0)
    }

    /// A new round of work for an e-mail that failed.
    func redrive(_ id: UUID, round: Int32) async throws {
        try await pool.query(
            """
            INSERT INTO deliveries (notification_id, route, tenant, priority, cost, not_before, expires_at, round)
            VALUES (\(id), 'email', 'acme', 2, 1, now(), now() + interval '1 day', \(round))
            """)
    }
}
