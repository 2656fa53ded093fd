import Documents
import Foundation
import LocalServers
import Postgres
import ServiceLifecycle
import TestSupport
import Testing

@Suite struct ServerClockTests {
    /// In this schema Postgres' clock is an hour ahead.
    @Test func theClockIsThatOfPostgres() async throws {
        try await withEmptySchema { database in
            let schema = try #require(database.configuration.searchPath)
            try await database.pool.query(
                """
                CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql
                AS 'SELECT pg_catalog.clock_timestamp() + interval ''1 hour'''
                """)
            let url = try await TestServers.shared.postgres().url
            let configuration = try PostgresConfiguration(
                url: "\(url)&options=-csearch_path%3D\(schema)%2Cpg_catalog")
            let pool = PostgresPool(configuration, logger: quiet)
            let clock = ServerClock(pool: pool, logger: quiet)
            #expect(abs(clock.now.timeIntervalSinceNow) < 60)
            try await clock.measure()
            #expect(abs(clock.now.timeIntervalSinceNow - 3600) < 60)
            await pool.close()
        }
    }

    @Test func itEndsWithTheServices() async throws {
        try await withEmptySchema { database in
            let services = ServiceGroup(services: [ServerClock(pool: database.pool, logger: quiet)], logger: quiet)
            let run = Task { try await services.run() }
            await services.triggerGracefulShutdown()
            try await run.value
        }
    }
}
