import Notifications
import Queue
import Redis
import Testing

/// What a look at a route shows: what is where, and how it comes and goes.
@Suite struct CountsTests {
    private let age: Duration = .seconds(1000)

    @Test func countsAreByPlaceAndByPriority() async throws {
        try await withQueue { test in
            let none = Dictionary(uniqueKeysWithValues: Priority.allCases.map { ($0, Backlog()) })
            #expect(try await test.queue.counts(of: .email) == QueueCounts(backlogs: none))
            try await test.enqueue(1...5, tenant: "a", priority: .critical)
            _ = try await test.claimed(2)
            try await test.enqueue(11...12, tenant: "b", priority: .critical)
            try await test.enqueue([21], priority: .low)
            try await test.enqueue(31...34, delay: .seconds(9))
            let counts = try await test.queue.counts(of: .email)
            // Of the last half minute, the last slice of five seconds has just begun.
            let expected = QueueCounts(
                bound: .workers, scheduled: 4, leased: 2,
                backlogs: none.merging([
                    .critical: Backlog(ready: 5, oldest: age, inFlight: 2, inPerSecond: 7.0 / 25),
                    .low: Backlog(ready: 1, oldest: age, inPerSecond: 1.0 / 25),
                ]) { $1 })
            #expect(counts == expected)
            #expect(counts.total == 12)
            #expect(counts.backlog.ready == 6 && counts.backlog.inFlight == 2)
        }
    }

    @Test func ratesAreThoseOfTheLastHalfMinute() async throws {
        try await withQueue { test in
            func rates() async throws -> [Double] {
                let backlog = try await test.queue.counts(of: .email)[.medium]
                return [backlog.inPerSecond, backlog.outPerSecond]
            }
            try await test.enqueue(1...50)
            test.clock.advance(5000)
            _ = try await test.end(try await test.claimed(20), .settle)
            #expect(try await rates() == [2, 20.0 / 25])
            test.clock.advance(2500)
            #expect(try await rates() == [50 / 27.5, 20 / 27.5])
            test.clock.advance(20_000)
            #expect(try await rates() == [50 / 27.5, 20 / 27.5])
            test.clock.advance(2500)
            #expect(try await rates() == [0, 20.0 / 25], "the slice that it came in is over")
            test.clock.advance(5000)
            #expect(try await rates() == [0, 0])
            try await test.enqueue([60])
            #expect(try await rates() == [1.0 / 25, 0], "in the place of what was there half a minute ago")
            test.clock.advance(-5000)
            #expect(try await rates() == [0, 20.0 / 25], "after a failover nothing comes out of the future")
        }
    }

    @Test func whatFallsDueComesAndWhatIsTriedAgainWentBefore() async throws {
        try await withQueue { test in
            func flow() async throws -> [String: [Int: Int]] { try await test.state().flow }
            try await test.enqueue([1], delay: .seconds(1))
            #expect(try await flow() == [:])
            test.clock.advance(1000)
            let first = try await test.claimed()
            #expect(try await flow() == ["in:2": [200: 1]])
            _ = try await test.end(first, .release)
            #expect(try await flow() == ["in:2": [200: 1]], "as if it had never been claimed")
            _ = try await test.end(try await test.claimed(), .retry(after: .zero))
            #expect(try await flow() == ["in:2": [200: 1], "out:2": [200: 1]])
            _ = try await test.claimed()
            #expect(try await flow() == ["in:2": [200: 2], "out:2": [200: 1]])
            test.clock.advance(30_000)
            _ = try await test.claimed()
            #expect(try await flow() == ["in:2": [200: 2], "out:2": [200: 1]], "rescued is not new")
        }
    }

    @Test func whatARebuildBringsBackDoesNotCome() async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            try await test.queue.clear(.email)
            try await test.enqueue([1, 2])
            #expect(try await test.state().flow == [:])
            #expect(try await test.queue.counts(of: .email).state == .rebuild)
            try await test.queue.open(.email, epoch: TestQueue.epoch)
            try await test.enqueue([3])
            #expect(try await test.state().flow == ["in:2": [200: 1]])
        }
    }

    @Test func moreThanFiveHundredInFlightAreSharedOutInProportion() async throws {
        try await withQueue { test in
            try await test.enqueue(1...300, priority: .critical)
            try await test.enqueue(301...600, priority: .low)
            for _ in 1...10 { _ = try await test.claimed() }
            let counts = try await test.queue.counts(of: .email)
            #expect(counts.leased == 600)
            let (critical, low) = (counts[.critical].inFlight, counts[.low].inFlight)
            #expect(critical + low == 600)
            #expect(critical > low && low > 0, "of those that are leased for longest, most are critical")
        }
    }

    @Test func timeToDrainIsWhatIsReadyOverWhatIsLeftOfTheRate() {
        let shrinking = Backlog(ready: 600, inPerSecond: 5, outPerSecond: 25)
        #expect(shrinking.timeToDrain == .seconds(30))
        #expect(Backlog(ready: 600, inPerSecond: 25, outPerSecond: 5).timeToDrain == nil)
        #expect(Backlog(ready: 600, inPerSecond: 0.3, outPerSecond: 0.1 + 0.2).timeToDrain == nil)
        #expect(Backlog(outPerSecond: 5).timeToDrain == nil, "nothing waits")
        #expect((shrinking + Backlog(ready: 400, inPerSecond: 20, outPerSecond: 50)).timeToDrain == .seconds(20))
    }
}
