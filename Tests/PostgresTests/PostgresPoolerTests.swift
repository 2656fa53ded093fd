import Postgres
import TestSupport
import Testing

@Suite struct PostgresPoolerTests {
    private func connect(_ pooler: PgBouncer) async throws -> PostgresConnection {
        var configuration = try PostgresConfiguration(url: pooler.url)
        configuration.connectTimeout = .seconds(30)
        return try await PostgresConnection.connect(configuration)
    }

    @Test func settingsOfTheSessionAreInForceThroughAPooler() async throws {
        try await PgBouncer.with { pooler in
            let connection = try await connect(pooler)
            let expected = [
                "statement_timeout": "5s", "lock_timeout": "1s", "idle_in_transaction_session_timeout": "10s",
                "synchronous_commit": "on", "TimeZone": "UTC",
            ]
            for (name, value) in expected {
                #expect(try await connection.one("SHOW \(unescaped: name)") == value, "\(name)")
            }
            await connection.close()
        }
    }

    @Test func cancellationReachesTheServerThroughAPooler() async throws {
        try await PgBouncer.with { pooler in
            let connection = try await connect(pooler)
            let observer = try await newConnection()
            let backend = try await connection.one("SELECT pg_backend_pid()", as: Int.self)
            let active: PostgresQuery =
                "SELECT count(*) FROM pg_stat_activity WHERE pid = \(backend) AND state = 'active'"
            let sleeping = Task { try await connection.query("SELECT pg_sleep(4)") }
            try await eventually("it runs") { try await observer.one(active) == 1 }
            sleeping.cancel()
            let error = await #expect(throws: PostgresError.self) { try await sleeping.value }
            #expect(error?.description == PostgresError.cancelled.description)
            #expect(try await connection.one("SELECT pg_backend_pid()") == backend)
            await connection.close()
        }
    }
}
