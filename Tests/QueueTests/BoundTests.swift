import Notifications
import Queue
import Redis
import Testing

/// What a route is bound by is what a claim lacks now. `p` has the limits that a test gives it, and nothing is claimed
/// between a look and the claim that proves it right.
@Suite struct BoundTests {
    private let rate = ProviderLimits(ratePerSecond: 10, burst: 20)

    @Test func nothingReadyIsBoundByNothing() async throws {
        try await withQueue { test in
            try await test.enqueue([1], delay: .seconds(5))
            #expect(try await test.bound(rate) == nil)
            try await test.queue.apply([.email: RoutePause(isPaused: true, revision: 1)])
            #expect(try await test.bound(rate) == nil)
        }
    }

    @Test func whatMayBeClaimedWaitsForWorkers() async throws {
        try await withQueue { test in
            try await test.enqueue(1...3)
            #expect(try await test.bound() == .workers)
            try await test.fill(rate)
            #expect(try await test.bound(rate) == .workers)
            #expect(try await test.granted(rate).count == 3)
            #expect(try await test.bound(rate) == nil)
        }
    }

    @Test func whatNeedsARebuildWaitsForWorkers() async throws {
        try await withQueue { test in
            try await test.queue.clear(.email)
            try await test.enqueue([1])
            #expect(try await test.bound(rate) == .workers)
        }
    }

    @Test func pauseComesBeforeAllElse() async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            try await test.block(for: .seconds(60))
            try await test.queue.apply([.email: RoutePause(isPaused: true, revision: 1)])
            #expect(try await test.bound(rate) == .pause)
            #expect(try await test.claim(rate) == .paused)
            #expect(try await test.queue.counts(of: .email).state == .paused)
        }
    }

    @Test func openCircuitLetsNothingThrough() async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            #expect(try await test.bound() == .workers)
            try await test.trip()
            #expect(try await test.bound() == .circuit)
            let answer = try await test.claim(.none)
            guard case .throttled(.circuit, next: _) = answer else {
                Issue.record("\(answer)")
                return
            }
        }
    }

    @Test func rateAndReserveAreTokens() async throws {
        try await withQueue { test in
            try await test.fill(rate)
            try await test.enqueue(1...40, priority: .low)
            #expect(try await test.granted(rate).count == 18)
            #expect(try await test.bound(rate) == .tokens)
            #expect(try await test.claim(rate) == .throttled(.reserve, next: .milliseconds(100)))
            try await test.enqueue(101...110, priority: .critical)
            #expect(try await test.bound(rate) == .workers, "the reserve is for these")
            #expect(try await test.granted(rate).count == 2)
            #expect(try await test.bound(rate) == .tokens)
            #expect(try await test.claim(rate) == .throttled(.rate, next: .milliseconds(100)))
        }
    }

    @Test func costOfTheNextJobDecides() async throws {
        try await withQueue { test in
            try await test.fill(rate)
            try await test.enqueue([1])
            _ = try await test.granted(rate)
            try await test.enqueue([2], cost: 20)
            #expect(try await test.bound(rate) == .tokens)
            test.clock.advance(100)
            #expect(try await test.bound(rate) == .workers)
        }
    }

    @Test func capThatIsReachedIsSlots() async throws {
        try await withQueue { test in
            let cap = ProviderLimits(maxConcurrent: 2)
            try await test.enqueue(1...3)
            #expect(try await test.bound(cap) == .workers)
            let jobs = try await test.granted(cap)
            #expect(try await test.bound(cap) == .slots)
            _ = try await test.end([jobs[0]], .settle)
            #expect(try await test.bound(cap) == .workers)
        }
    }

    @Test func providerThatToldUsToWaitIsBlocked() async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            try await test.block(for: .seconds(5))
            #expect(try await test.bound() == .blocked)
            #expect(try await test.claim(.none) == .throttled(.blocked, next: .seconds(5)))
            test.clock.advance(5000)
            #expect(try await test.bound() == .workers)
        }
    }

    @Test func ofSeveralProvidersTheOneThatHasRoomFirstCounts() async throws {
        try await withQueue { test in
            func bound(_ q: ProviderLimits) async throws -> QueueCounts.Bound? {
                try await test.queue.counts(
                    of: .email,
                    for: [LimitedProvider(name: "p", limits: .none), LimitedProvider(name: "q", limits: q)]
                ).bound
            }
            try await test.enqueue([1])
            try await test.block("p", for: .seconds(5))
            #expect(try await bound(.none) == .workers)
            #expect(try await bound(rate) == .tokens, "a tenth of a second is less than five")
            try await test.block("q", for: .seconds(9))
            #expect(try await bound(rate) == .blocked)
        }
    }

    @Test func lookTakesNothing() async throws {
        try await withQueue { test in
            try await test.fill(rate)
            try await test.enqueue(1...3)
            let before = try await test.state()
            _ = try await test.bound(rate)
            #expect(try await test.state() == before)
        }
    }
}

extension TestQueue {
    fileprivate func bound(_ limits: ProviderLimits = .none) async throws -> QueueCounts.Bound? {
        try await queue.counts(of: .email, for: [LimitedProvider(name: "p", limits: limits)]).bound
    }
}
