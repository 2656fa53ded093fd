import Notifications
import Queue
import Testing

/// Which of a route's providers `p` and `q` a claim is for.
@Suite struct ProviderChoiceTests {
    private let rate = ProviderLimits(ratePerSecond: 10, burst: 5)

    @Test func firstWithRoomGrantsAndTheNextOneTakesWhatIsLeft() async throws {
        try await withQueue { test in
            let limits = ["p": rate, "q": ProviderLimits(maxConcurrent: 3)]
            try await test.fill(rate)
            try await test.enqueue(1...20)
            #expect(try await shown(test.claim(64, limits)) == "p 5 0.0 seconds", "another claim is worth it at once")
            #expect(try await shown(test.claim(64, limits)) == "q 3 30.0 seconds")
            #expect(try await test.claim(64, limits) == .throttled(.rate, next: .milliseconds(100)))
            #expect(try await test.state().slots["q"]?.keys.sorted() == [6, 7, 8])
            #expect(try await test.state().ready == ["2:a": Array(9...20)])
        }
    }

    @Test func providerWithoutLimitsNeverLacksAnything() async throws {
        try await withQueue { test in
            try await test.enqueue(1...200)
            #expect(try await shown(test.claim(64, ["p": rate])) == "q 64 0.0 seconds")
            let state = try await test.state()
            #expect(state.slots == [:] && state.buckets.keys.sorted() == ["p"])
        }
    }

    @Test func costTheFirstCannotBearGoesToTheNext() async throws {
        try await withQueue { test in
            let limits = ["p": rate]
            try await test.fill(rate)
            try await test.enqueue([1], cost: 3)
            try await test.enqueue([2], cost: 3)
            #expect(try await shown(test.claim(64, limits)) == "p 1 0.0 seconds")
            #expect(try await shown(test.claim(64, limits)) == "q 1 30.0 seconds")
        }
    }

    @Test func blockedProviderIsPassedOverUntilItsTime() async throws {
        try await withQueue { test in
            try await test.enqueue(1...3)
            try await test.block(for: .seconds(5))
            #expect(try await shown(test.claim(1)) == "q 1 0.0 seconds")
            try await test.block("q", for: .seconds(2))
            #expect(try await test.claim(1) == .throttled(.blocked, next: .seconds(2)))
            #expect(try await test.usage(.none).blocked == .seconds(5))
            test.clock.advance(2000)
            #expect(try await shown(test.claim(1)) == "q 1 0.0 seconds")
            test.clock.advance(3000)
            #expect(try await shown(test.claim(1)) == "p 1 25.0 seconds")
        }
    }

    @Test func longerBlockStaysAndNoneIsLongerThanAQuarterOfAnHour() async throws {
        try await withQueue { test in
            try await test.block(for: .seconds(60))
            try await test.block(for: .seconds(5))
            #expect(try await test.usage(.none).blocked == .seconds(60))
            try await test.block(for: .seconds(86_400))
            #expect(try await test.usage(.none).blocked == .seconds(900))
            test.clock.advance(-86_400_000 + 900_000)
            #expect(try await test.usage(.none).blocked == .seconds(900), "the clock went back")
            test.clock.advance(900_000)
            #expect(try await test.usage(.none).blocked == nil)
        }
    }

    @Test func otherRoutesAreNotBlocked() async throws {
        try await withQueue { test in
            try await test.queue.open(.sms, epoch: TestQueue.epoch)
            try await test.enqueue([1], on: .sms)
            try await test.block(for: .seconds(60))
            #expect(try await test.claimed(on: .sms).map(\.number) == [1])
        }
    }

    @Test func slotsOfWhatIsBeingSentAreTakenAgainByARebuild() async throws {
        try await withQueue { test in
            let cap = ProviderLimits(maxConcurrent: 2)
            let sending = (1...2).map { number in
                QueuedDelivery(
                    id: TestQueue.id(number), tenant: "a", priority: .high, cost: 1, delay: .seconds(20), sender: "p")
            }
            for _ in 1...2 {
                try await test.queue.enqueue(sending, on: .email)
                try await test.queue.occupy(sending, on: .email)
            }
            try await test.enqueue(3...5)
            #expect(try await test.state().slots == ["p": [1: test.clock.now + 20_000, 2: test.clock.now + 20_000]])
            #expect(try await test.claim(cap) == .throttled(.slots, next: .seconds(20)))
            test.clock.advance(20_000)
            #expect(try await test.granted(cap).count == 2)
        }
    }

    @Test func rebuildTakesASlotForEachCallThatMayBeUnderWay() async throws {
        try await withQueue { test in
            let cap = ProviderLimits(maxConcurrent: 9)
            let sending = [(1, 50), (2, 3)].map { number, cost in
                QueuedDelivery(
                    id: TestQueue.id(number), tenant: "a", priority: .high, cost: cost, delay: .seconds(20),
                    sender: "p")
            }
            for _ in 1...2 { try await test.queue.occupy(sending, on: .email, fanOut: 4) }
            #expect(try await test.usage(cap).inFlight == 7)
        }
    }

    /// `provider jobs next`.
    private func shown(_ answer: ClaimAnswer) -> String {
        guard case .jobs(let jobs, let provider, let next) = answer else { return "\(answer)" }
        return "\(provider) \(jobs.count) \(next.map { "\($0)" } ?? "-")"
    }
}
