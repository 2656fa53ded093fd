import TestSupport
import Testing

@testable import Postgres

@Suite struct PostgresPoolStatisticsTests {
    @Test func everyWaitIsCountedHoweverItEnds() async throws {
        var configuration = try await newSchema()
        configuration.poolSize = 1
        let pool = PostgresPool(configuration, logger: quiet)
        try await pool.withConnection { _ in
            let cancelled = Task { try await pool.backend }
            try await eventually("it waits") { pool.statistics.waiting == 1 }
            cancelled.cancel()
            _ = await cancelled.result
        }
        let served = try await pool.withConnection { _ in
            let served = Task { try await pool.backend }
            try await eventually("it waits") { pool.statistics.waiting == 1 }
            return served
        }
        _ = try await served.value
        let statistics = pool.statistics
        #expect(statistics.totals.acquired == 3)
        #expect(statistics.totals.waited == 2)
        #expect(statistics.totals.waitedTime > .zero)
        #expect(statistics.totals.timedOut == 0)
        #expect(statistics.open == 1)
    }

    @Test func timeoutsAreCountedWithTheTimeTheyTook() async throws {
        var configuration = try await newSchema()
        configuration.poolSize = 1
        configuration.acquireTimeout = .milliseconds(100)
        configuration.connectTimeout = .seconds(30)
        let pool = PostgresPool(configuration, logger: quiet)
        try await pool.withConnection { _ in
            _ = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
        }
        let totals = pool.statistics.totals
        #expect(totals.acquired == 1)
        #expect(totals.waited == 1)
        #expect(totals.timedOut == 1)
        #expect(totals.waitedTime >= .milliseconds(100))
    }
}
