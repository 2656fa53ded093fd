import Foundation
import TestSupport
import Testing

@testable import Postgres

@Suite struct PostgresPoolTests {
    private func newPool(size: Int, acquireTimeout: Duration = .seconds(30)) async throws -> PostgresPool {
        var configuration = try await newSchema()
        configuration.poolSize = size
        configuration.acquireTimeout = acquireTimeout
        return PostgresPool(configuration, logger: quiet)
    }

    @Test func neverOpensMoreConnectionsThanItsSize() async throws {
        let pool = try await newPool(size: 4)
        let backends = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 { group.addTask { try await pool.backend } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect((1...4).contains(backends.count))
        #expect(pool.occupancy == Occupancy(inUse: 0, idle: backends.count, waiting: 0))
    }

    @Test func waitersAreServedInTheOrderTheyCame() async throws {
        let pool = try await newPool(size: 1)
        let (served, server) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            try await pool.withConnection { _ in
                for number in 0..<10 {
                    group.addTask { try await pool.withConnection { _ in _ = server.yield(number) } }
                    try await eventually("\(number) waits") { pool.statistics.waiting == number + 1 }
                }
            }
            try await group.waitForAll()
        }
        server.finish()
        #expect(await served.reduce(into: []) { $0.append($1) } == Array(0..<10))
    }

    @Test func waitingEndsAtTheDeadline() async throws {
        let pool = try await newPool(size: 1, acquireTimeout: .milliseconds(500))
        try await pool.withConnection { _ in
            let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
            guard case .poolTimeout = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(pool.occupancy == Occupancy(inUse: 1, idle: 0, waiting: 0))
        }
        #expect(try await pool.one("SELECT 1", as: Int.self) == 1)
    }

    @Test func cancelledWaiterLeavesAtOnceAndTheNextIsServed() async throws {
        let pool = try await newPool(size: 1)
        let second = try await pool.withConnection { _ in
            let first = Task { try await pool.backend }
            try await eventually("the first waits") { pool.statistics.waiting == 1 }
            let second = Task { try await pool.backend }
            try await eventually("the second waits") { pool.statistics.waiting == 2 }
            first.cancel()
            let error = await #expect(throws: PostgresError.self) { try await first.value }
            guard case .cancelled = error else {
                Issue.record("\(String(describing: error))")
                return second
            }
            #expect(pool.occupancy == Occupancy(inUse: 1, idle: 0, waiting: 1))
            return second
        }
        #expect(try await second.value > 0)
        #expect(pool.occupancy == Occupancy(inUse: 0, idle: 1, waiting: 0))
    }

    @Test func connectionClosedWhileIdleIsReplacedBeforeAnyStatementFails() async throws {
        let configuration = try await newSchema()
        let pool = PostgresPool(configuration, logger: quiet)
        let admin = try await PostgresConnection.connect(configuration)
        let backend = try await pool.backend
        try await admin.query("SELECT pg_terminate_backend(\(backend)::int4)")
        try await eventually("the backend is gone") {
            try await admin.one("SELECT count(*) FROM pg_stat_activity WHERE pid = \(backend)") == 0
        }
        #expect(try await pool.backend != backend)
        #expect(pool.occupancy == Occupancy(inUse: 0, idle: 1, waiting: 0))
        await pool.close()
    }

    @Test func connectionThatBrokeInUseIsReplaced() async throws {
        let pool = try await newPool(size: 1)
        let backend = try await pool.backend
        let error = await #expect(throws: PostgresError.self) {
            try await pool.query("SELECT pg_terminate_backend(pg_backend_pid())")
        }
        #expect(error?.isConnectionLoss == true)
        #expect(pool.occupancy == Occupancy(inUse: 0, idle: 0, waiting: 0))
        #expect(try await pool.backend != backend)
    }

    @Test func connectionLeftInATransactionIsNeverLentAgain() async throws {
        let pool = try await newPool(size: 1)
        let backend = try await pool.backend
        try await pool.withConnection { connection in
            try await connection.run(script: "CREATE TABLE t ()")
            try await connection.run(script: "BEGIN; DROP TABLE t")
        }
        #expect(pool.occupancy == Occupancy(inUse: 0, idle: 0, waiting: 0))
        #expect(try await pool.one("SELECT count(*) FROM t") == 0)
        #expect(try await pool.backend != backend)
    }

    @Test func failingToConnectGivesThePlaceToTheNext() async throws {
        var configuration = try PostgresConfiguration(url: "host=/nowhere dbname=nothing")
        configuration.poolSize = 1
        let pool = PostgresPool(configuration, logger: quiet)
        let failures = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        try await pool.query("SELECT 1")
                        return false
                    } catch {
                        return (error as? PostgresError)?.isConnectionLoss == true
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(failures == 20)
        #expect(pool.occupancy == Occupancy(inUse: 0, idle: 0, waiting: 0))
    }

    @Test func openingAConnectionCountsTowardsTheDeadline() async throws {
        let server = try SilentServer()
        var configuration = try PostgresConfiguration(url: "host=\(server.directory) user=nobody dbname=nothing")
        configuration.acquireTimeout = .milliseconds(100)
        configuration.connectTimeout = .seconds(600)
        let pool = PostgresPool(configuration, logger: quiet)
        let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
        #expect(error?.isConnectionLoss == true)
        #expect(pool.occupancy == Occupancy(inUse: 0, idle: 0, waiting: 0))
    }

    @Test func closingSendsWaitersAwayAndClosesWhatComesBack() async throws {
        let pool = try await newPool(size: 1)
        try await pool.withConnection { connection in
            let waiter = Task { try await pool.backend }
            try await eventually("it waits") { pool.statistics.waiting == 1 }
            await pool.close()
            let error = await #expect(throws: PostgresError.self) { try await waiter.value }
            #expect(error?.description == PostgresError.closed.description)
            #expect(try await connection.one("SELECT 1", as: Int.self) == 1)
        }
        #expect(pool.occupancy == Occupancy(inUse: 0, idle: 0, waiting: 0))
        await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
    }
}

/// The present half of a pool's statistics.
private struct Occupancy: Equatable {
    let inUse: Int
    let idle: Int
    let waiting: Int
}

extension PostgresPool {
    fileprivate var occupancy: Occupancy {
        let statistics = statistics
        return Occupancy(inUse: statistics.inUse, idle: statistics.idle, waiting: statistics.waiting)
    }
}
