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

    @Test func pausesOutliveEpochsAndCountTheirRevisions() async throws {
        try await withDatabase { database in
            let store = RouteSettingsStore(pool: database.pool)
            _ = try await store.startEpoch(of: .sms)
            #expect(try await store.pauses() == [:], "nobody has said a word on it")
            let push = Route.named("push")
            let first = RoutePause(isPaused: true, revision: 1)
            #expect(try await store.setPaused(true, push) == Dictionary(uniqueKeysWithValues: push.map { ($0, first) }))
            _ = try await store.startEpoch(of: .fcm)
            #expect(try await store.pause(of: .fcm) == first)
            #expect(try await store.pause(of: .sms) == .never)
            #expect(try await store.setPaused(true, [.fcm]) == [.fcm: RoutePause(isPaused: true, revision: 2)])
            #expect(try await store.setPaused(false, [.fcm]) == [.fcm: RoutePause(isPaused: false, revision: 3)])
            #expect(try await store.pause(of: .apns) == first)
            #expect(try await store.epoch(of: .fcm) == 1)
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
