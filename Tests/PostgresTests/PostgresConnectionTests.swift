import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct PostgresConnectionTests {
    private let ownStatements: PostgresQuery =
        "SELECT statement FROM pg_prepared_statements WHERE statement NOT LIKE '%pg_prepared_statements%' ORDER BY 1"

    private func prepared(on connection: PostgresConnection) async throws -> [String] {
        try await connection.query(ownStatements).map { try $0.get(0) }
    }

    @Test func statementIsPreparedOnceAndReused() async throws {
        let connection = try await newConnection()
        for number in 0..<5 { #expect(try await connection.one("SELECT \(number)") == number) }
        #expect(try await prepared(on: connection) == ["SELECT $1"])
    }

    @Test func preparedStatementsAreBounded() async throws {
        var configuration = try await newSchema()
        configuration.preparedStatementLimit = 3
        let connection = try await PostgresConnection.connect(configuration)
        for number in 0..<10 { try await connection.query("SELECT \(unescaped: "\(number)")") }
        #expect(try await prepared(on: connection) == ["SELECT 8", "SELECT 9"])
    }

    @Test func statementMadeStaleByANewSchemaIsPreparedAnew() async throws {
        let connection = try await newConnection()
        try await connection.run(script: "CREATE TABLE t (a bigint); INSERT INTO t VALUES (1)")
        #expect(try await connection.query("SELECT * FROM t")[0].get("a", as: Int.self) == 1)
        try await connection.run(script: "ALTER TABLE t ADD COLUMN b text DEFAULT 'new'")
        #expect(try await connection.query("SELECT * FROM t")[0].get("b", as: String.self) == "new")
    }

    @Test func statementDeallocatedBehindOurBackIsPreparedAnew() async throws {
        let connection = try await newConnection()
        #expect(try await connection.one("SELECT \(1)") == 1)
        try await connection.run(script: "DEALLOCATE ALL")
        #expect(try await connection.one("SELECT \(2)") == 2)
    }

    @Test func statementTimeoutFires() async throws {
        var configuration = try await newSchema()
        configuration.statementTimeout = .milliseconds(50)
        let connection = try await PostgresConnection.connect(configuration)
        let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT pg_sleep(9)") }
        #expect(error?.state?.rawValue == "57014")
        #expect(error?.isStatementTimeout == true)
        #expect(try await connection.one("SELECT 1", as: Int.self) == 1)
    }

    @Test func lockTimeoutFires() async throws {
        var configuration = try await newSchema()
        configuration.lockTimeout = .milliseconds(50)
        let holder = try await PostgresConnection.connect(configuration)
        let other = try await PostgresConnection.connect(configuration)
        try await holder.run(script: "CREATE TABLE t (a bigint)")
        try await holder.run(script: "BEGIN; LOCK TABLE t")
        let error = await #expect(throws: PostgresError.self) { try await other.query("SELECT a FROM t") }
        #expect(error?.isLockTimeout == true)
        await holder.close()
    }

    @Test func serverThatFallsSilentIsGivenUp() async throws {
        var configuration = try await newSchema()
        configuration.statementTimeout = .milliseconds(100)
        configuration.replyGrace = .milliseconds(100)
        let connection = try await PostgresConnection.connect(configuration)
        let backend = try pid_t(await connection.one("SELECT pg_backend_pid()", as: Int.self))
        kill(backend, SIGSTOP)
        defer { kill(backend, SIGCONT) }
        let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
        guard case .connection(let failure) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(failure.stage == .running)
        let next = await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
        #expect(next?.isConnectionLoss == true)
    }

    @Test func serverThatNeverAnswersIsNotWaitedForLongerThanTheDeadline() async throws {
        let server = try SilentServer()
        var configuration = try PostgresConfiguration(url: "host=\(server.directory) user=nobody dbname=nothing")
        configuration.connectTimeout = .milliseconds(100)
        let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(configuration) }
        guard case .connection(let failure) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(failure.stage == .connecting)
        #expect(failure.message == "timed out")
    }

    @Test func connectingEndsWhenItsTaskIsCancelled() async throws {
        let server = try SilentServer()
        var configuration = try PostgresConfiguration(url: "host=\(server.directory) user=nobody dbname=nothing")
        configuration.connectTimeout = .seconds(600)
        let connecting = Task { [configuration] in try await PostgresConnection.connect(configuration) }
        connecting.cancel()
        let error = await #expect(throws: PostgresError.self) { try await connecting.value }
        guard case .cancelled = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func absentServerIsAConnectionFailureThatLeaksNothing() async throws {
        let configuration = try PostgresConfiguration(url: "host=/nowhere user=canary dbname=nothing")
        let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(configuration) }
        #expect(error?.isConnectionLoss == true)
        #expect(error?.description == "Postgres connection failed while connecting")
        #expect(error?.debugDescription.contains("/nowhere") == true)
    }

    @Test func closedConnectionSaysSo() async throws {
        let connection = try await newConnection()
        await connection.close()
        let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
        guard case .closed = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func sessionEndsWhenTheConnectionIsReleased() async throws {
        let configuration = try await newSchema()
        var released = configuration
        released.applicationName = "released \(UUID())"
        var connection: PostgresConnection? = try await PostgresConnection.connect(released)
        let observer = try await PostgresConnection.connect(configuration)
        let sessions: PostgresQuery =
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = \(released.applicationName)"
        #expect(try await observer.one(sessions) == 1)
        #expect(connection != nil)
        connection = nil
        try await eventually("the session ends") { try await observer.one(sessions) == 0 }
    }

    @Test func bigStatementsAndAnswersPassWhileBothSidesWrite() async throws {
        let connection = try await newConnection()
        let texts = (0..<2000).map { String(repeating: "\($0 % 10)", count: 4000) }
        let result = try await connection.query("SELECT unnest(\(texts))")
        #expect(try result.map { try $0.get(0, as: String.self) } == texts)
    }
}
