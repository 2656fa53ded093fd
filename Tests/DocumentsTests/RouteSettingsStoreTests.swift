import Documents
import Notifications
import Testing

@Suite struct RouteSettingsStoreTests {
    @Test func epochsRiseRouteByRoute() async throws {
        try await withDatabase { database in
            let store = RouteSettingsStore(pool: database.pool)
            #expect(try await store.epoch(of: .email) == 0)
            let started = [try await store.startEpoch(of: .email), try await store.startEpoch(of: .email)]
            #expect(started == [1, 2])
            #expect(try await store.epoch(of: .email) == 2)
            #expect(try await store.epoch(of: .sms) == 0)
        }
    }

    @Test func whoStartsAnEpochAtOnceWithOthersGetsItsOwn() async throws {
        try await withDatabase { database in
            let store = RouteSettingsStore(pool: database.pool)
            let epochs = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<10 { group.addTask { try await store.startEpoch(of: .fcm) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(epochs.sorted() == Array(1...10))
        }
    }
}
