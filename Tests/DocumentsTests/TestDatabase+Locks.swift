import Postgres
import TestSupport
import Testing

extension TestDatabase {
    /// Keeps every writer of documents waiting for as long as `body` runs.
    func whileDocumentsAreLocked(_ body: () async throws -> Void) async throws {
        try await pool.transaction { connection in
            try await connection.query("LOCK TABLE notifications IN EXCLUSIVE MODE")
            try await body()
        }
    }

    /// Waits until so many sessions of this test wait for a lock.
    func untilWaiting(_ count: Int64) async throws {
        try await eventually("\(count) sessions wait for a lock") {
            try await pool.query(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE application_name = current_setting('application_name') AND wait_event_type = 'Lock'
                """)[0].get(0) == count
        }
    }
}
