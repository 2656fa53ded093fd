import Documents
import Notifications
import Testing

@Suite struct ProviderLimitStoreTests {
    private let both = ProviderLimits(ratePerSecond: 0.5, burst: 4, maxConcurrent: 9)

    @Test func limitsAreKeptByRouteAndProviderUntilTheyAreForgotten() async throws {
        try await withDatabase { database in
            let store = ProviderLimitStore(pool: database.pool)
            #expect(try await store.all() == [:])
            try await store.set(both, route: .email, provider: "ses")
            try await store.set(ProviderLimits(maxConcurrent: 2), route: .sms, provider: "ses")
            try await store.set(ProviderLimits(ratePerSecond: 3), route: .email, provider: "smtp")
            let slow = ProviderLimits(ratePerSecond: 3, burst: 2)
            #expect(
                try await store.all()
                    == [.email: ["ses": both, "smtp": slow], .sms: ["ses": ProviderLimits(maxConcurrent: 2)]])
            try await store.set(slow, route: .email, provider: "ses")
            for _ in 1...2 { try await store.set(.none, route: .email, provider: "smtp") }
            try await store.set(.none, route: .sms, provider: "ses")
            #expect(try await store.all() == [.email: ["ses": slow]])
        }
    }

    @Test func bookKnowsAtOnceWhatItHasSetAndOthersLater() async throws {
        try await withDatabase { database in
            let store = ProviderLimitStore(pool: database.pool)
            let (mine, other) = (LimitBook(store: store), LimitBook(store: store))
            let start = ContinuousClock.now
            #expect(try await other.limits(on: .email, now: start) == [:])
            #expect(try await mine.limits(on: .email, now: start) == [:])
            try await mine.set(both, route: .email, provider: "ses")
            #expect(try await mine.limits(on: .email, now: start) == ["ses": both])
            #expect(try await other.limits(on: .email, now: start + .milliseconds(4999)) == [:])
            #expect(try await other.limits(on: .email, now: start + .seconds(5)) == ["ses": both])
            #expect(try await other.limits(on: .sms, now: start + .seconds(5)) == [:])
        }
    }
}
