import Foundation
import LocalServers
import Postgres
import TestSupport
import Testing

@Suite struct PostgresCancellationTests {
    /// One connection, on which the server lets everything run.
    private func newPool() async throws -> (pool: PostgresPool, observer: PostgresConnection) {
        var configuration = try await newSchema()
        configuration.poolSize = 1
        configuration.statementTimeout = .seconds(60)
        configuration.replyGrace = .seconds(30)
        return (
            PostgresPool(configuration, logger: quiet), try await PostgresConnection.connect(configuration)
        )
    }

    private func isCancelled(_ error: (any Error)?) -> Bool {
        if case .cancelled? = error as? PostgresError { true } else { false }
    }

    /// What the session runs now, empty for nothing.
    private func running(_ backend: Int, seenBy observer: PostgresConnection) async throws -> String {
        try await observer.one(
            "SELECT CASE state WHEN 'active' THEN query ELSE '' END FROM pg_stat_activity WHERE pid = \(backend)")
    }

    @Test func statementOfACancelledTaskEndsOnTheServerAndItsConnectionServesTheNext() async throws {
        let (pool, observer) = try await newPool()
        let backend = try await pool.backend
        let sleeping = Task { try await pool.query("SELECT pg_sleep(30)") }
        try await eventually("it runs") { try await running(backend, seenBy: observer).contains("pg_sleep") }
        sleeping.cancel()
        let error = await #expect(throws: PostgresError.self) { try await sleeping.value }
        #expect(isCancelled(error))
        #expect(try await running(backend, seenBy: observer) == "")
        #expect(try await pool.backend == backend)
    }

    @Test func statementPastOurDeadlineIsCancelledWhereTheServerHasNone() async throws {
        var configuration = try await newSchema()
        configuration.statementTimeout = .milliseconds(100)
        let connection = try await PostgresConnection.connect(configuration)
        let backend = try await connection.one("SELECT pg_backend_pid()", as: Int.self)
        try await connection.run(script: "SET statement_timeout = 0")
        let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT pg_sleep(30)") }
        #expect(error?.isStatementTimeout == true)
        #expect(try await connection.one("SELECT pg_backend_pid()") == backend)
    }

    @Test func taskThatWasCancelledBeforeStillGetsWhatIsAnsweredAtOnce() async throws {
        let connection = try await newConnection()
        let answer = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await connection.one("SELECT 7", as: Int.self)
        }
        #expect(try await answer.value == 7)
    }

    @Test func transactionOfACancelledTaskIsRolledBackAndItsConnectionKept() async throws {
        let (pool, observer) = try await newPool()
        let backend = try await pool.backend
        try await pool.withConnection { try await $0.run(script: "CREATE TABLE t (n bigint)") }
        let sleeping = Task {
            try await pool.transaction { connection in
                try await connection.query("INSERT INTO t VALUES (1)")
                try await connection.query("SELECT pg_sleep(30)")
            }
        }
        try await eventually("it runs") { try await running(backend, seenBy: observer).contains("pg_sleep") }
        sleeping.cancel()
        let error = await #expect(throws: PostgresError.self) { try await sleeping.value }
        #expect(isCancelled(error))
        #expect(try await pool.one("SELECT count(*) FROM t") == 0)
        #expect(try await pool.backend == backend)
    }

    @Test func commitOfACancelledTaskIsRunToItsEnd() async throws {
        let (pool, observer) = try await newPool()
        let backend = try await pool.backend
        try await pool.withConnection { connection in
            try await connection.run(
                script: """
                    CREATE TABLE t (n bigint);
                    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
                        $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$;
                    CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
                        FOR EACH ROW EXECUTE FUNCTION slow()
                    """)
        }
        let committing = Task { try await pool.transaction { try await $0.query("INSERT INTO t VALUES (1)") } }
        try await eventually("it commits") { try await running(backend, seenBy: observer) == "COMMIT" }
        committing.cancel()
        #expect(try await committing.value.affected == 1)
        #expect(try await pool.one("SELECT count(*) FROM t") == 1)
    }

    /// Each result must belong to its own statement, and whoever is not cancelled must not notice that others are.
    @Test func cancellationNeverHitsTheNextStatementOfTheConnection() async throws {
        var configuration = try await newSchema()
        configuration.poolSize = 4
        configuration.replyGrace = .seconds(30)
        let pool = PostgresPool(configuration, logger: quiet)
        let outcomes = try await withThrowingTaskGroup(of: [String: Int].self) { group in
            for user in 0..<8 {
                group.addTask {
                    var outcomes: [String: Int] = [:]
                    for round in 0..<20 {
                        let number = user * 1000 + round
                        let slow = Task { try await pool.one("SELECT \(number) FROM pg_sleep(0.06)", as: Int.self) }
                        try await Task.sleep(for: .milliseconds(.random(in: 1...90)))
                        if round.isMultiple(of: 4) == false { slow.cancel() }
                        switch await slow.result {
                        case .success(let answer): outcomes[answer == number ? "answered" : "mixed up", default: 0] += 1
                        case .failure(PostgresError.cancelled): outcomes["cancelled", default: 0] += 1
                        case .failure(let error): throw error
                        }
                        #expect(try await pool.one("SELECT \(-number)", as: Int.self) == -number)
                    }
                    return outcomes
                }
            }
            return try await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        }
        #expect(outcomes["mixed up"] == nil)
        #expect(outcomes["answered", default: 0] > 0 && outcomes["cancelled", default: 0] > 0)
        #expect(pool.statistics.open <= 4)
    }

    @Test func connectionIsGivenUpWhenTheServerDoesNotTakeTheCancellation() async throws {
        let directory = "/tmp/belfry-deaf-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let server = try await LocalPostgres.start(directory: directory, durable: false)
        var configuration = try PostgresConfiguration(url: server.url)
        configuration.connectTimeout = .seconds(30)
        configuration.statementTimeout = .milliseconds(100)
        configuration.replyGrace = .milliseconds(100)
        let connection = try await PostgresConnection.connect(configuration)
        try await connection.run(script: "SET statement_timeout = 0")
        let postmaster = await server.processIdentifier
        kill(postmaster, SIGSTOP)
        let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT pg_sleep(30)") }
        kill(postmaster, SIGCONT)
        #expect(error?.isConnectionLoss == true)
        await server.stop(.immediate)
    }
}
