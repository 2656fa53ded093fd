import Postgres
import TestSupport
import Testing

@Suite struct PostgresPipelineTests {
    private struct Refusal: Error {}

    /// A connection and an empty table `t`.
    private func newTable() async throws -> PostgresConnection {
        let connection = try await newConnection()
        try await connection.run(script: "CREATE TABLE t (n bigint UNIQUE)")
        return connection
    }

    private func numbers(_ connection: PostgresConnection) async throws -> [Int] {
        try await connection.query("SELECT n FROM t ORDER BY n").map { try $0.get(0) }
    }

    private func insert(_ number: Int) -> PostgresQuery { "INSERT INTO t VALUES (\(number))" }

    @Test func resultsComeInTheOrderOfTheStatements() async throws {
        let connection = try await newTable()
        for _ in 0..<2 {
            let results = try await connection.pipelined([
                "SELECT \(7), \("text")", "DELETE FROM t", insert(1), "SELECT n FROM t", "SELECT n FROM t WHERE false",
            ])
            #expect(results.map(\.count) == [1, 0, 0, 1, 0])
            #expect(results[2].affected == 1)
            #expect(try results[0][0].get(0, as: Int.self) == 7)
            #expect(try results[0][0].get(1, as: String.self) == "text")
            #expect(try results[3][0].get("n", as: Int.self) == 1)
        }
        #expect(try await connection.pipelined([]).isEmpty)
    }

    @Test func failureOfOneStatementUndoesAllAndLeavesTheConnectionUsable() async throws {
        let connection = try await newTable()
        let queries = [insert(1), "SELECT 1", insert(1), "SELECT 'never prepared before'"]
        for _ in 0..<2 {
            let error = await #expect(throws: PostgresError.self) { try await connection.pipelined(queries) }
            #expect(error?.isUniqueViolation == true)
            #expect(try await numbers(connection) == [])
        }
        #expect(try await connection.pipelined([queries[3], queries[1], queries[3]]).map(\.count) == [1, 1, 1])
    }

    @Test func statementThatCannotBePreparedSkipsTheRest() async throws {
        let connection = try await newTable()
        let error = await #expect(throws: PostgresError.self) {
            try await connection.pipelined([insert(1), "SELECT nonsense", "SELECT 2"])
        }
        #expect(error?.state?.rawValue == "42703")
        #expect(try await numbers(connection) == [])
        #expect(try await connection.pipelined([insert(1), "SELECT 2"]).count == 2)
    }

    @Test func statementsMadeStaleByANewSchemaArePreparedAnew() async throws {
        let connection = try await newTable()
        let queries: [PostgresQuery] = ["INSERT INTO t VALUES (1)", "SELECT * FROM t", "DELETE FROM t"]
        #expect(try await connection.pipelined(queries)[1].count == 1)
        try await connection.run(script: "ALTER TABLE t ADD COLUMN b text DEFAULT 'new'")
        #expect(try await connection.pipelined(queries)[1][0].get("b", as: String.self) == "new")
        try await connection.run(script: "DEALLOCATE ALL")
        #expect(try await connection.pipelined(queries)[1].count == 1)
    }

    @Test func transactionOfTwoRoundTripsCommits() async throws {
        let connection = try await newTable()
        let count = try await connection.transaction { connection in
            let found = try await connection.pipelined([insert(1), "SELECT count(*) FROM t"])
            let results = try await connection.committing([insert(2), "SELECT count(*) FROM t"])
            return try found[1][0].get(0, as: Int.self) * 10 + results[1][0].get(0, as: Int.self)
        }
        #expect(count == 12)
        #expect(try await numbers(connection) == [1, 2])
    }

    @Test func failureBeforeTheCommitRollsAllBack() async throws {
        let connection = try await newTable()
        let error = await #expect(throws: PostgresError.self) {
            try await connection.transaction { connection in
                try await connection.query(insert(1))
                try await connection.committing([insert(2), insert(1)])
            }
        }
        #expect(error?.isUniqueViolation == true)
        #expect(try await numbers(connection) == [])
    }

    @Test func commitThatTheServerRefusesIsAnError() async throws {
        let connection = try await newTable()
        try await connection.run(script: "CREATE TABLE d (n bigint UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        let error = await #expect(throws: PostgresError.self) {
            try await connection.transaction { connection in
                try await connection.committing([insert(1), "INSERT INTO d VALUES (1), (1)"])
            }
        }
        #expect(error?.isUniqueViolation == true)
        #expect(try await numbers(connection) == [])
    }

    @Test func transactionWithoutStatementsDoesNothing() async throws {
        let connection = try await newTable()
        #expect(try await connection.transaction { _ in 7 } == 7)
        await #expect(throws: Refusal.self) { try await connection.transaction { _ in throw Refusal() } }
        try await connection.query(insert(1))
        #expect(try await numbers(connection) == [1], "and the next statement is its own transaction")
    }

    @Test func commitWithoutATransactionIsRefused() async throws {
        let connection = try await newTable()
        let error = await #expect(throws: PostgresError.self) { try await connection.committing([insert(1)]) }
        guard case .invalidArgument = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try await numbers(connection) == [])
    }

    @Test func bigPipelinePassesWhileBothSidesWrite() async throws {
        let connection = try await newConnection()
        let texts = (0..<100).map { String(repeating: "\($0 % 10)", count: 100_000) }
        let results = try await connection.pipelined(texts.map { "SELECT \($0)" })
        #expect(try results.map { try $0[0].get(0, as: String.self) } == texts)
    }

    @Test func cancelledPipelineIsUndoneAndItsConnectionKept() async throws {
        let connection = try await newTable()
        let observer = try await newConnection()
        let backend = try await connection.one("SELECT pg_backend_pid()", as: Int.self)
        let running: PostgresQuery =
            "SELECT count(*) FROM pg_stat_activity WHERE pid = \(backend) AND wait_event = 'PgSleep'"
        let sleeping = Task { try await connection.pipelined([insert(1), "SELECT pg_sleep(4)", insert(2)]) }
        try await eventually("it runs") { try await observer.one(running) == 1 }
        sleeping.cancel()
        let error = await #expect(throws: PostgresError.self) { try await sleeping.value }
        #expect(error?.description == PostgresError.cancelled.description)
        #expect(try await numbers(connection) == [])
        #expect(try await connection.one("SELECT pg_backend_pid()") == backend)
    }
}
