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

    /// Waits until so many transactions wait for that lock.
    func untilWriters(wait count: Int64) async throws {
        try await eventually("\(count) writers wait for the lock") {
            try await pool.query(
                """
                SELECT count(*) FROM pg_locks
                WHERE NOT granted AND relation = to_regclass('notifications')
                """)[0].get(0) == count
        }
    }
}
