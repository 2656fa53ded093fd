import Notifications
import Synchronization
import Telemetry
import Testing

@testable import Documents

@Suite struct LookupCacheTests {
    /// A cache of numbers by name, of what is read for it and when.
    private final class Fixture: Sendable {
        let cache: LookupCache<String, Int>
        let reads = Mutex<[[String]]>([])
        private let elapsed: Elapsed

        init(
            lifetime: Duration = .seconds(5), capacity: Int = 100, weigh: @escaping @Sendable (Int) -> Int = { _ in 1 },
            needsNews: Bool = false, metrics: LookupMetrics = LookupMetrics()
        ) {
            let elapsed = Elapsed()
            self.elapsed = elapsed
            cache = LookupCache(
                .templates, lifetime: lifetime, capacity: capacity, weigh: weigh, needsNews: needsNews,
                metrics: metrics,
                now: { elapsed.now }
            ) { $0.key }
        }

        func pass(_ time: Duration) { elapsed.pass(time) }

        /// Whether all of these were kept from before; what is not is read, as its length.
        @discardableResult
        func holds(_ names: String..., whileReading: () -> Void = {}) async -> Bool {
            let count = reads.withLock { $0.count }
            _ = await cache.values(of: names) { missing async throws(Never) in
                reads.withLock { $0.append(missing) }
                whileReading()
                return Dictionary(uniqueKeysWithValues: missing.map { ($0, $0.count) })
            }
            return reads.withLock { $0.count } == count
        }
    }

    private final class Elapsed: Sendable {
        private let start = ContinuousClock.now
        private let time = Mutex(Duration.zero)
        var now: ContinuousClock.Instant { start + time.withLock { $0 } }
        func pass(_ more: Duration) { time.withLock { $0 += more } }
    }

    @Test func answerIsKeptUntilItIsTooOld() async {
        let fixture = Fixture()
        #expect(await !fixture.holds("a"))
        fixture.pass(.seconds(4.9))
        #expect(await fixture.holds("a"))
        fixture.pass(.seconds(0.1))
        #expect(await !fixture.holds("a"))
    }

    @Test func onlyWhatIsMissingIsReadAndAllIsAnswered() async {
        let fixture = Fixture()
        await fixture.holds("a", "bb")
        let found = await fixture.cache.values(of: ["a", "ccc", "bb", "dddd"]) { missing async throws(Never) in
            #expect(missing == ["ccc", "dddd"])
            return ["ccc": 3]
        }
        #expect(found == ["a": 1, "bb": 2, "ccc": 3])
    }

    @Test func whatDoesNotExistIsAskedForEachTime() async {
        let fixture = Fixture()
        for _ in 0..<2 {
            #expect(await fixture.cache.value(of: "nobody") { () async throws(Never) in nil } == nil)
        }
        #expect(await fixture.cache.value(of: "nobody") { () async throws(Never) in 7 } == 7)
        #expect(await fixture.cache.value(of: "nobody") { () async throws(Never) in nil } == 7)
    }

    @Test func whatBecameStaleIsReadAgainAndNothingElse() async {
        let fixture = Fixture()
        await fixture.holds("a", "b")
        fixture.cache.hear(.stale(StaleEntry(.recipients, tenant: "", key: "a")))
        #expect(await fixture.holds("a"), "another cache's")
        fixture.cache.hear(.stale(StaleEntry(.templates, tenant: "", key: "a")))
        #expect(await fixture.holds("b"))
        #expect(await !fixture.holds("a"))
    }

    @Test func whatBecomesStaleWhileItIsReadIsNotKept() async {
        let fixture = Fixture()
        await fixture.holds("a", "b") { fixture.cache.forget("a") }
        #expect(await fixture.holds("b"))
        #expect(await !fixture.holds("a"))
        #expect(await fixture.holds("a"), "it was read after the change")
    }

    @Test func whoBeginsToReadAfterAChangeKeepsWhatItFinds() {
        var entries = LookupEntries<String, Int>(lifetime: .seconds(5), capacity: 100)
        let now = ContinuousClock.now
        let early = entries.beginReading()
        entries.forget("a")
        let late = entries.beginReading()
        entries.endReading(late, keeping: ["a": 2], weighing: { _ in 1 }, at: now)
        entries.endReading(early, keeping: ["a": 1], weighing: { _ in 1 }, at: now)
        #expect(entries["a", at: now] == 2)
    }

    @Test func moreChangesThanAreRememberedCountAsAllOfThem() {
        var entries = LookupEntries<Int, Int>(lifetime: .seconds(5), capacity: 100)
        let now = ContinuousClock.now
        let ticket = entries.beginReading()
        for key in 0...1000 { entries.forget(key) }
        entries.endReading(ticket, keeping: [5000: 1], weighing: { _ in 1 }, at: now)
        #expect(entries[5000, at: now] == nil)
        let next = entries.beginReading()
        entries.endReading(next, keeping: [5000: 1], weighing: { _ in 1 }, at: now)
        #expect(entries[5000, at: now] == 1)
    }

    @Test func nothingIsKeptUnlessSomebodyListens() async {
        let fixture = Fixture(needsNews: true)
        for _ in 0..<2 { #expect(await !fixture.holds("a")) }
        fixture.cache.hear(.listening)
        #expect(await !fixture.holds("a"))
        #expect(await fixture.holds("a"))
        fixture.cache.hear(.deaf)
        for _ in 0..<2 { #expect(await !fixture.holds("a")) }
        fixture.cache.hear(.listening)
        #expect(await !fixture.holds("a"), "what was kept before is not trusted")
    }

    @Test func whatIsReadWhileTheListenerIsLostIsNotKept() async {
        let fixture = Fixture(needsNews: true)
        fixture.cache.hear(.listening)
        await fixture.holds("a") {
            fixture.cache.hear(.deaf)
            fixture.cache.hear(.listening)
        }
        #expect(await !fixture.holds("a"))
    }

    @Test func whatNeedsNoNewsIsKeptWithoutThem() async {
        let fixture = Fixture()
        await fixture.holds("a")
        fixture.cache.hear(.deaf)
        #expect(await fixture.holds("a"))
    }

    @Test func aLifetimeOfZeroKeepsNothing() async {
        let fixture = Fixture(lifetime: .zero)
        for _ in 0..<2 { #expect(await !fixture.holds("a")) }
    }

    @Test func itHoldsNoMoreThanItsCapacityAndTheNewestOfIt() {
        var entries = LookupEntries<Int, Int>(lifetime: .seconds(5), capacity: 100)
        let now = ContinuousClock.now
        for key in 0..<1000 {
            let ticket = entries.beginReading()
            entries.endReading(ticket, keeping: [key: key], weighing: { _ in 1 }, at: now)
            #expect(entries.count <= 100)
        }
        for key in 950..<1000 { #expect(entries[key, at: now] == key) }
    }

    @Test func heavyValuesTakeMoreRoomAndTooHeavyOnesAreNotKept() async {
        let fixture = Fixture(capacity: 20, weigh: { $0 })
        await fixture.holds("12345678")
        await fixture.holds("1234567")
        await fixture.holds("123456")
        #expect(await fixture.holds("123456", "1234567"))
        #expect(await !fixture.holds("12345678"), "it was pushed out")
        await fixture.holds("12345678901")
        #expect(await !fixture.holds("12345678901"))
    }

    @Test func failedReadingKeepsNothingAndIsThrownOn() async {
        struct Away: Error {}
        let fixture = Fixture()
        await #expect(throws: Away.self) {
            _ = try await fixture.cache.values(of: ["a"]) { _ async throws(Away) in throw Away() }
        }
        #expect(await !fixture.holds("a"))
        #expect(await fixture.holds("a"))
    }

    @Test func hitsAndMissesAreCounted() async {
        let registry = MetricsRegistry()
        let fixture = Fixture(metrics: LookupMetrics(registry))
        await fixture.holds("a", "b")
        await fixture.holds("a", "b", "c")
        let text = await registry.text()
        #expect(text.contains(#"belfry_cache_lookups_total{cache="templates",result="hit"} 2"#))
        #expect(text.contains(#"belfry_cache_lookups_total{cache="templates",result="miss"} 3"#))
        #expect(text.contains(#"belfry_cache_lookups_total{cache="recipients",result="hit"} 0"#))
    }
}
