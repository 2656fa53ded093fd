import Documents
import Notifications
import Postgres
import Testing

@Suite struct CensusTests {
    @Test func openWorkAndPausesAreCounted() async throws {
        try await withDatabase { database in
            let empty = try await Census.take(database.pool)
            #expect(empty == Census(openDeliveries: 0, deadLetters: 0, pausedRoutes: []))
            try await database.accept((0..<10).map { _ in Sample.notification() })
            _ = try await RouteSettingsStore(pool: database.pool).setPaused(true, [.fcm, .sms])
            _ = try await RouteSettingsStore(pool: database.pool).setPaused(false, [.sms])
            // The statistics follow by themselves within seconds, or at once when they are asked for.
            try await database.pool.query("ANALYZE deliveries")
            let census = try await Census.take(database.pool)
            #expect(census == Census(openDeliveries: 10, deadLetters: 0, pausedRoutes: [.fcm]))
        }
    }
}
