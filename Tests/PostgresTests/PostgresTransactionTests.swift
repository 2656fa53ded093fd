import Postgres
import Testing

@Suite struct PostgresTransactionTests {
    private struct Refusal: Error {}

    /// A pool of one connection and an empty table `t`.
    private func newTable() async throws -> PostgresPool {
        var configuration = try await newSchema()
        configuration.poolSize = 1
        let pool = PostgresPool(configuration, logger: quiet)
        try await pool.withConnection { try await $0.run(script: "CREATE TABLE t (n bigint UNIQUE)") }
        return pool
    }

    private func numbers(_ pool: PostgresPool) async throws -> [Int] {
        try await pool.query("SELECT n FROM t ORDER BY n").map { try $0.get(0) }
    }

    @Test func commitsWhatItsBodyDid() async throws {
        let pool = try await newTable()
        let sum = try await pool.transaction { connection in
            try await connection.query("INSERT INTO t VALUES (1), (2)")
            return try await connection.one("SELECT sum(n)::bigint FROM t", as: Int.self)
        }
        #expect(sum == 3)
        #expect(try await numbers(pool) == [1, 2])
    }

    @Test func rollsBackWhenItsBodyThrows() async throws {
        let pool = try await newTable()
        let backend = try await pool.backend
        await #expect(throws: Refusal.self) {
            try await pool.transaction { connection in
                try await connection.query("INSERT INTO t VALUES (1)")
                throw Refusal()
            }
        }
        #expect(try await numbers(pool) == [])
        #expect(try await pool.backend == backend)
    }

    @Test func saysSoWhenASwallowedErrorPreventedTheCommit() async throws {
        let pool = try await newTable()
        let error = await #expect(throws: PostgresError.self) {
            try await pool.transaction { connection in
                try await connection.query("INSERT INTO t VALUES (1)")
                _ = try? await connection.query("INSERT INTO t VALUES (1)")
            }
        }
        guard case .rolledBack = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try await numbers(pool) == [])
    }

    @Test func refusesToBeginInsideAnother() async throws {
        let pool = try await newTable()
        let error = await #expect(throws: PostgresError.self) {
            try await pool.transaction { connection in
                try await connection.query("INSERT INTO t VALUES (1)")
                try await connection.transaction { _ in }
            }
        }
        guard case .invalidArgument = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try await numbers(pool) == [])
    }

    @Test func failedStatementIsNotRunAgainInsideATransaction() async throws {
        let pool = try await newTable()
        let error = await #expect(throws: PostgresError.self) {
            try await pool.transaction { connection in
                try await connection.query("SELECT * FROM t")
                try await connection.run(script: "ALTER TABLE t ADD COLUMN m bigint")
                try await connection.query("SELECT * FROM t")
            }
        }
        #expect(error?.state == .featureNotSupported)
        #expect(try await pool.query("SELECT * FROM t").isEmpty)
    }
}
