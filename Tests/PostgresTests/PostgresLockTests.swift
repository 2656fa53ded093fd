import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct PostgresLockTests {
    private let key = Int64.random(in: .min ... .max)

    @Test func isHeldByOneAtATime() async throws {
        let configuration = try await newSchema()
        let first = try #require(try await PostgresLock.tryAcquire(key: key, configuration: configuration))
        #expect(try await PostgresLock.tryAcquire(key: key, configuration: configuration) == nil)
        #expect(await first.isHeld())
        await first.release()
        #expect(await !first.isHeld())
        try await eventually("another gets it") {
            try await PostgresLock.tryAcquire(key: key, configuration: configuration) != nil
        }
    }

    @Test func isLostWithItsSession() async throws {
        let configuration = try await newSchema()
        let lock = try #require(try await PostgresLock.tryAcquire(key: key, configuration: configuration))
        let admin = try await PostgresConnection.connect(configuration)
        try await admin.query(
            """
            SELECT pg_terminate_backend(pid) FROM pg_locks
            WHERE locktype = 'advisory' AND (classid::bigint << 32) | objid::bigint = \(key)
            """)
        try await eventually("the holder notices") { await !lock.isHeld() }
    }
}
