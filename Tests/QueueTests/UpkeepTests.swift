import Foundation
import Notifications
import Queue
import Redis
import Telemetry
import Testing

@Suite struct UpkeepTests {
    @Test func expiredLeaseIsRescuedOnceAndNotBefore() async throws {
        try await withQueue { test in
            try await test.enqueue([1, 2])
            let first = try await test.claimed(1)
            test.clock.advance(29_999)
            #expect(try await test.claimed(1).map(\.number) == [2])
            test.clock.advance(1)
            let second = try await test.claimed()
            #expect(second.map(\.number) == [1])
            #expect(second.map(\.token) != first.map(\.token))
            #expect(try await test.claimed() == [])
            #expect(
                try await test.state().leased == [1: test.clock.now + 30_000, 2: test.clock.now - 1 + 30_000])
        }
    }

    @Test func rescuesAndEventsAreCounted() async throws {
        try await withQueue { test in
            let registry = MetricsRegistry()
            let queue = DeliveryQueue(
                redis: test.redis, namespace: test.namespace, metrics: QueueMetrics(registry)
            ) { test.clock.now }
            try await test.enqueue([1, 2])
            _ = try await test.claimed()
            test.clock.advance(30_000)
            _ = try await queue.tend([.email, .sms], lease: TestQueue.lease, epochs: [:])
            _ = try await test.claimed()
            test.clock.advance(30_000)
            _ = try await queue.claim(on: .email, epoch: 7, limit: 64, lease: TestQueue.lease, providers: ["p"])
            #expect(await registry.text().contains("belfry_rescues_total{route=\"email\"} 4\n"))
            let event = StatusEvent(
                notificationId: TestQueue.id(1), tenant: "a", userId: nil, status: "accepted",
                at: Date(timeIntervalSince1970: 0))
            try await queue.publish([event, event])
            #expect(await registry.text().contains("belfry_events_published_total 2\n"))
        }
    }

    @Test func rescuedJobsGoToTheHeadAndDueOnesToTheTail() async throws {
        try await withQueue { test in
            try await test.enqueue([1, 2])
            _ = try await test.claimed(1)
            try await test.enqueue([3], delay: .seconds(30))
            test.clock.advance(30_000)
            #expect(try await test.queue.tend([.email], lease: TestQueue.lease, epochs: [.email: 7]) == [.email])
            let state = try await test.state()
            #expect(state.ready == ["2:a": [1, 2, 3]])
            #expect(state.jobs == [1: "2:0:1:a", 2: "2:0:1:a", 3: "2:0:1:a"])
            #expect(state.leased == [:])
            #expect(state.scheduled == [:])
        }
    }

    /// A worker took the bell's token and died; but where nothing may be claimed, a bell would only make workers spin.
    @Test(arguments: [false, true])
    func lostBellIsRungAgainUnlessTheRouteIsPaused(isPaused: Bool) async throws {
        try await withQueue { test in
            try await test.queue.open(.email, epoch: 7, pause: RoutePause(isPaused: isPaused, revision: 1))
            try await test.enqueue([1])
            while try await !test.queue.takeBells(of: [.email]).isEmpty {}
            #expect(try await test.state().bells == 0)
            _ = try await test.queue.tend([.email], lease: TestQueue.lease, epochs: [.email: 7])
            _ = try await test.queue.tend([.email], lease: TestQueue.lease, epochs: [.email: 7])
            #expect(try await test.state().bells == (isPaused ? 0 : 1))
        }
    }

    @Test func dueJobIsPromotedAtItsTime() async throws {
        try await withQueue { test in
            try await test.enqueue([1], delay: .seconds(5))
            test.clock.advance(4_999)
            #expect(try await test.claimed() == [])
            test.clock.advance(1)
            #expect(try await test.claimed().map(\.number) == [1])
        }
    }

    @Test func oneCallRescuesFiftyAndPromotesAHundred() async throws {
        try await withQueue { test in
            try await test.enqueue(1...60)
            _ = try await test.claimed(60)
            try await test.enqueue(101...260, delay: .seconds(1))
            test.clock.advance(30_000)
            let quiet = try await test.queue.tend([.email], lease: TestQueue.lease, epochs: [.email: 7])
            #expect(quiet == [.email])
            var state = try await test.state()
            #expect((state.leased.count, state.scheduled.count) == (10, 60))
            #expect(state.ready.values.joined().count == 150)
            _ = try await test.queue.tend([.email], lease: TestQueue.lease, epochs: [.email: 7])
            state = try await test.state()
            #expect(state.ready.values.joined().sorted() == Array(1...60) + Array(101...260))
            #expect((state.leased, state.scheduled) == ([:], [:]))
        }
    }

    @Test func placesWithoutARecordAreDropped() async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            _ = try await test.claimed()
            try await test.enqueue([2], delay: .seconds(1))
            try await test.redis("DEL", test.key("jobs"))
            test.clock.advance(30_000)
            #expect(try await test.claim() == .jobs([], provider: "p", next: nil))
            #expect(try await test.state() == RouteState(meta: test.metaAfter(1), flow: ["in:2": [200: 1]]))
        }
    }

    /// A failover may bring a server whose clock is behind.
    @Test func instantsFarAheadAreClampedToTheirMaximum() async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            _ = try await test.claimed()
            try await test.enqueue([2], delay: .seconds(3600))
            test.clock.advance(-900_000_000)
            _ = try await test.claim()
            let state = try await test.state()
            #expect(state.leased == [1: test.clock.now + 30_000])
            #expect(state.scheduled == [2: test.clock.now + 7_200_000])
        }
    }

    @Test func routeIsWorthAClaimWhenSomethingCameBackOrItsMemoryIsUnknown() async throws {
        try await withQueue { test in
            func tend(_ epochs: [Route: Int64]) async throws -> [Route] {
                try await test.queue.tend([.email, .sms], lease: TestQueue.lease, epochs: epochs)
            }
            try await test.queue.open(.sms, epoch: 9)
            #expect(try await tend([.email: 7, .sms: 9]) == [])
            #expect(try await tend([.email: 8, .sms: 9]) == [.email])
            #expect(try await tend([.email: 7]) == [.sms])
            try await test.enqueue([1], delay: .seconds(1), on: .sms)
            #expect(try await tend([.email: 7, .sms: 9]) == [])
            test.clock.advance(1000)
            #expect(try await tend([.email: 7, .sms: 9]) == [.sms])
            #expect(try await tend([.email: 7, .sms: 9]) == [])
            try await test.redis("DEL", test.key("meta"))
            #expect(try await tend([.email: 7, .sms: 9]) == [.email])
        }
    }
}

extension TestQueue {
    /// What `meta` holds after so many grants.
    func metaAfter(_ grants: Int) -> [String: String] {
        RouteState.openMeta.merging(["turn": "\(grants)", "token": "\(grants)"]) { $1 }
    }
}
