import Notifications
import Queue
import Redis
import Testing

/// Claims within limits, step by step. `p` is the only provider unless a test says otherwise.
@Suite struct LimitTests {
    /// 10 a second, 20 at once.
    private let rate = ProviderLimits(ratePerSecond: 10, burst: 20)

    @Test func bucketNobodyKnewStartsEmptyAndFillsAtItsRate() async throws {
        try await withQueue { test in
            try await test.enqueue(1...100)
            #expect(try await test.claim(rate) == .throttled(.rate, next: .milliseconds(100)))
            let before = try await test.state()
            #expect(before.ready == ["2:a": Array(1...100)] && before.leased == [:])
            #expect(before.meta == RouteState.openMeta, "whoever is denied has taken nothing, not even a turn")
            test.clock.advance(99)
            #expect(try await test.claim(rate) == .throttled(.rate, next: .milliseconds(50)), "never sooner")
            test.clock.advance(1)
            #expect(try await test.granted(rate).map(\.number) == [1])
            test.clock.advance(20_000)
            #expect(try await test.granted(rate).map(\.number) == Array(2...21), "no more than the burst")
            #expect(try await test.claim(rate) == .throttled(.rate, next: .milliseconds(100)))
        }
    }

    @Test func grantIsAnsweredWithTheTimeOfTheNextOne() async throws {
        try await withQueue { test in
            try await test.fill(rate)
            try await test.enqueue(1...30)
            let answer = try await test.claim(rate)
            guard case .jobs(let jobs, provider: "p", let next) = answer else { throw UnexpectedAnswer() }
            #expect(jobs.count == 20 && next == .milliseconds(100))
            #expect(try await test.state().bells == 0, "nobody is woken for what cannot go")
        }
    }

    @Test func jobIsChargedItsCost() async throws {
        try await withQueue { test in
            try await test.fill(rate)
            try await test.enqueue(1...9, cost: 3)
            #expect(try await test.granted(rate).count == 6)
            #expect(try await test.usage(rate).tokens == 2)
            #expect(try await test.claim(rate) == .throttled(.rate, next: .milliseconds(100)))
        }
    }

    @Test func costAboveTheBurstNeedsAFullBucketAndLeavesADebt() async throws {
        try await withQueue { test in
            try await test.fill(rate)
            try await test.enqueue([1])
            #expect(try await test.granted(rate).count == 1)
            try await test.enqueue([2], cost: 25)
            try await test.enqueue([3])
            #expect(try await test.claim(rate) == .throttled(.rate, next: .milliseconds(100)))
            test.clock.advance(100)
            #expect(try await test.granted(rate).map(\.number) == [2])
            #expect(try await test.usage(rate).tokens == 0)
            #expect(try await test.claim(rate) == .throttled(.rate, next: .milliseconds(600)))
            test.clock.advance(600)
            #expect(try await test.granted(rate).map(\.number) == [3])
        }
    }

    @Test func lowLeavesTheReserveToOthersButForItsTurn() async throws {
        try await withQueue { test in
            try await test.fill(rate)
            try await test.enqueue(1...40, priority: .low)
            #expect(try await test.granted(rate).count == 18)
            #expect(try await test.claim(rate) == .throttled(.reserve, next: .milliseconds(100)))
            try await test.enqueue([100], priority: .critical)
            #expect(try await test.granted(rate).map(\.number) == [100], "the reserve is for this")
            try await test.redis("HSET", test.key("meta"), "turn", "14")
            #expect(try await test.granted(rate).map(\.number) == [19], "and for the turn in sixteen that is low's own")
            #expect(try await test.claim(rate) == .throttled(.rate, next: .milliseconds(300)))
        }
    }

    @Test func burstBelowTenHasNoReserve() async throws {
        try await withQueue { test in
            let small = ProviderLimits(ratePerSecond: 10, burst: 9)
            try await test.fill(small)
            try await test.enqueue(1...40, priority: .low)
            #expect(try await test.granted(small).count == 9)
        }
    }

    @Test func fractionsOfAMicrosecondAddUp() async throws {
        try await withQueue { test in
            let third = ProviderLimits(ratePerSecond: 3, burst: 3)
            try await test.fill(third)
            try await test.enqueue(1...40)
            #expect(try await test.granted(third).count == 3)
            test.clock.advance(10_000)
            #expect(try await test.granted(third).count == 3)
            var count = 0
            for _ in 0..<30 {
                test.clock.advance(334)
                if case .jobs(let jobs, _, _) = try await test.claim(third) { count += jobs.count }
            }
            #expect(count == 30)
        }
    }

    @Test func capHoldsUntilSlotsAreGivenBack() async throws {
        try await withQueue { test in
            let cap = ProviderLimits(maxConcurrent: 2)
            try await test.enqueue(1...9)
            let jobs = try await test.granted(cap)
            #expect(jobs.map(\.number) == [1, 2])
            #expect(try await test.state().slots == ["p": [1: test.clock.now + 30_000, 2: test.clock.now + 30_000]])
            #expect(try await test.usage(cap).inFlight == 2)
            #expect(try await test.claim(cap) == .throttled(.slots, next: .seconds(30)))
            #expect(try await test.state().bells == 0)
            _ = try await test.end([jobs[0]], .settle)
            #expect(try await test.state().bells == 1, "somebody may wait for it")
            #expect(try await test.granted(cap).map(\.number) == [3])
            _ = try await test.end([jobs[1]], .retry(after: .seconds(90)))
            #expect(try await test.granted(cap).map(\.number) == [4])
        }
    }

    @Test func jobHoldsASlotForEachCallThatItMakesAtOnce() async throws {
        try await withQueue { test in
            let cap = ProviderLimits(maxConcurrent: 6)
            try await test.enqueue([1], cost: 50)
            try await test.enqueue([2], cost: 2)
            try await test.enqueue([3], cost: 3)
            try await test.enqueue([4])
            let jobs = try await test.granted(cap, fanOut: 3)
            #expect(jobs.map(\.slots) == [3, 2, 1], "three at once, all of its two, what was left")
            #expect(try await test.usage(cap).inFlight == 6)
            #expect(try await test.claim(cap, fanOut: 3) == .throttled(.slots, next: .seconds(30)))
            _ = try await test.end([jobs[0]], .settle)
            #expect(try await test.usage(cap).inFlight == 3, "all of its slots are free again")
            _ = try await test.end([jobs[1]], .retry(after: .seconds(90)))
            _ = try await test.end([jobs[2]], .release)
            #expect(try await test.usage(cap).inFlight == 0)
            #expect(try await test.granted(cap, fanOut: 3).map(\.slots) == [3, 1])
        }
    }

    @Test func slotsOfADeadWorkerComeBackWithItsLeases() async throws {
        try await withQueue { test in
            let cap = ProviderLimits(maxConcurrent: 2)
            try await test.enqueue(1...9)
            #expect(try await test.granted(cap).map(\.number) == [1, 2])
            test.clock.advance(29_999)
            #expect(try await test.claim(cap) == .throttled(.slots, next: .milliseconds(50)))
            test.clock.advance(1)
            #expect(Set(try await test.granted(cap).map(\.number)) == [1, 2], "rescued to the head")
            #expect(try await test.state().slots["p"]?.keys.sorted() == [1, 2])
        }
    }

    @Test(arguments: [JobEnding.Kind.settle, .retry(after: .seconds(1)), .release])
    func staleClaimKeepsItsHandsOffSlotsAndTokens(kind: JobEnding.Kind) async throws {
        try await withQueue { test in
            let both = ProviderLimits(ratePerSecond: 10, burst: 20, maxConcurrent: 2)
            try await test.fill(both)
            try await test.enqueue([1])
            let stale = try await test.granted(both)
            test.clock.advance(30_000)
            _ = try await test.granted(both)
            let before = try await test.state()
            #expect(try await test.queue.end([JobEnding(stale[0], kind, spent: 0)]) == [.leaseLost])
            #expect(try await test.state() == before)
        }
    }

    @Test func releasedJobGivesItsTokensAndItsSlotBack() async throws {
        try await withQueue { test in
            let both = ProviderLimits(ratePerSecond: 10, burst: 20, maxConcurrent: 2)
            try await test.fill(both)
            try await test.enqueue(1...2, cost: 5)
            let before = try await test.state()
            let jobs = try await test.granted(both)
            #expect(try await test.usage(both) == ProviderUsage(tokens: 10, inFlight: 2))
            _ = try await test.end(jobs, .release)
            #expect(try await test.usage(both) == ProviderUsage(tokens: 20, inFlight: 0))
            let after = try await test.state()
            #expect(after.ready == before.ready && after.jobs == before.jobs && after.slots == [:])
        }
    }

    @Test func endingCorrectsTheCost() async throws {
        try await withQueue { test in
            try await test.fill(rate)
            try await test.enqueue(1...2, cost: 5)
            let jobs = try await test.granted(rate)
            _ = try await test.queue.end([JobEnding(jobs[0], .settle, spent: 2)])
            #expect(try await test.usage(rate).tokens == 13)
            _ = try await test.queue.end([JobEnding(jobs[1], .retry(after: .seconds(1)), spent: 9)])
            #expect(try await test.usage(rate).tokens == 9)
        }
    }

    /// Had the first job never been charged, the bucket would have run over before the second came.
    @Test func whatTheBucketHasGainedSinceIsNotGivenBackAgain() async throws {
        try await withQueue { test in
            try await test.fill(rate)
            try await test.enqueue([1], cost: 5)
            let first = try await test.granted(rate)
            test.clock.advance(300)
            try await test.enqueue([2], cost: 20)
            #expect(try await test.claim(rate) == .throttled(.rate, next: .milliseconds(200)))
            _ = try await test.end(first, .release)
            #expect(try await test.usage(rate).tokens == 20)
            let again = try await test.granted(rate)
            test.clock.advance(10_000)
            #expect(try await test.granted(rate).map(\.number) == [2])
            _ = try await test.end(again, .release)
            #expect(try await test.usage(rate).tokens == 0, "long since refilled")
        }
    }

    @Test func bucketOfAnotherEpochStartsEmpty() async throws {
        try await withQueue { test in
            try await test.fill(rate)
            try await test.queue.clear(.email)
            try await test.queue.open(.email, epoch: 8)
            try await test.enqueue(1...30)
            #expect(try await test.claim(rate, epoch: 8) == .throttled(.rate, next: .milliseconds(100)))
        }
    }

    @Test func clockThatWentBackDoesNotHoldAnythingUpForLong() async throws {
        try await withQueue { test in
            let cap = ProviderLimits(maxConcurrent: 1)
            try await test.fill(rate)
            try await test.enqueue(1...2)
            _ = try await test.granted(cap)
            test.clock.advance(-900_000)
            #expect(try await test.claim(cap) == .throttled(.slots, next: .seconds(30)), "the lease's new end")
            #expect(try await test.state().slots == ["p": [1: test.clock.now + 60_000]])
            test.clock.advance(60_000)
            #expect(try await test.granted(cap).map(\.number) == [1])
            // A full bucket and the largest debt there can be: 20 + 1000 tokens.
            test.clock.advance(-60_000)
            #expect(try await test.usage(rate).tokens == 0)
            test.clock.advance(102_000)
            #expect(try await test.usage(rate).tokens == 20)
        }
    }
}
