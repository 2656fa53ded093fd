import Notifications
import Queue
import Testing

/// The one delivery that is let through an open circuit to see whether the provider is well again.
@Suite struct ProbeTests {
    @Test func oneIsLetThroughAfterTheCoolDownWhoeverElseAsks() async throws {
        try await withQueue { test in
            try await test.trip()
            try await test.enqueue(1...9)
            test.clock.advance(4999)
            #expect(try await test.claim(.none) == .throttled(.circuit, next: .milliseconds(50)))
            test.clock.advance(1)
            #expect(try await test.usage(.none).circuit == .halfOpen)
            async let first = test.claim(.none)
            async let second = test.claim(.none)
            let answers = try await [first, second]
            let probes = answers.flatMap { answer -> [ClaimedJob] in
                if case .jobs(let jobs, _, _) = answer { jobs } else { [] }
            }
            #expect(probes.map(\.number) == [1] && probes.map(\.probed) == ["p"])
            #expect(answers.contains(.throttled(.circuit, next: .seconds(30))), "until its lease ends")
            guard case .jobs(let jobs, provider: "q", next: _) = try await test.claim() else {
                throw UnexpectedAnswer()
            }
            #expect(jobs.map(\.number) == Array(2...9), "the others go elsewhere")
        }
    }

    @Test func theNextProviderIsAskedAtOnceForTheRest() async throws {
        try await withQueue { test in
            try await test.trip()
            try await test.enqueue(1...3)
            test.clock.advance(5000)
            guard case .jobs(let jobs, provider: "p", let next) = try await test.claim() else {
                throw UnexpectedAnswer()
            }
            #expect(jobs.map(\.number) == [1] && next == .zero)
        }
    }

    @Test func oneThatGoesWellClosesItAndWakesWhoeverWaits() async throws {
        try await withQueue { test in
            try await test.trip()
            try await test.enqueue(1...3)
            test.clock.advance(5000)
            let probe = try await test.probe()
            #expect(try await test.state().bells == 0)
            let change = try await test.report(probe, well: 1)
            let closed = CircuitChange(
                route: .email, provider: "p", word: .closed, failed: 0, calls: 1, coolDown: .zero)
            #expect(change == closed)
            #expect(try await test.state().bells == 1)
            #expect(try await test.circuit() == ["coolDown": "5000", "closedAt": "\(test.clock.now)"])
            #expect(try await test.claimed().map(\.number) == [2, 3])
        }
    }

    @Test func eachThatFailsDoublesTheCoolDownUpToAMinute() async throws {
        try await withQueue { test in
            try await test.trip()
            var waits: [Duration] = [.seconds(5)]
            for number in 1...6 {
                test.clock.advance(Int64(waits[number - 1].milliseconds))
                try await test.enqueue([number])
                let change = try await test.report(try await test.probe(), failed: 1)
                #expect(change?.word == .reopened)
                waits.append(try #require(change?.coolDown))
                #expect(try await test.usage(.none).untilProbe == waits[number])
                #expect(try await test.usage(.none).circuit == .open)
            }
            #expect(waits == [5, 10, 20, 40, 60, 60, 60].map { .seconds($0) })
        }
    }

    @Test func circuitThatOpensSoonAgainStaysOpenForLonger() async throws {
        try await withQueue { test in
            try await test.enqueue(1...2)
            try await test.trip()
            test.clock.advance(5000)
            try await test.report(try await test.probe(), well: 1)
            test.clock.advance(59_999)
            #expect(try await test.report(failed: 10)?.coolDown == .seconds(10))
            test.clock.advance(10_000)
            try await test.report(try await test.probe(), well: 1)
            test.clock.advance(60_000)
            #expect(try await test.report(failed: 10)?.coolDown == .seconds(5))
        }
    }

    @Test func oneOfADeadWorkerIsLetGoOfAfterItsLeaseAndSaysNothingThen() async throws {
        try await withQueue { test in
            try await test.trip()
            try await test.enqueue(1...2)
            test.clock.advance(5000)
            let dead = try await test.probe()
            test.clock.advance(29_999)
            #expect(try await test.claim(.none) == .throttled(.circuit, next: .milliseconds(50)))
            test.clock.advance(1)
            let second = try await test.probe()
            let before = try await test.circuit()
            #expect(try await test.report(dead, well: 1) == nil)
            #expect(try await test.report(dead, failed: 1) == nil)
            #expect(try await test.circuit() == before)
            #expect(try await test.report(second, well: 1)?.word == .closed)
        }
    }

    @Test(arguments: [JobEnding.Kind.settle, .retry(after: .seconds(9)), .release])
    func oneThatIsNeverSentLeavesItsPlaceToTheNext(kind: JobEnding.Kind) async throws {
        try await withQueue { test in
            try await test.trip()
            try await test.enqueue(1...2)
            test.clock.advance(5000)
            let first = try await test.probe()
            #expect(try await test.end([first], kind) == [.settled])
            #expect(try await test.state().bells > 0)
            let second = try await test.probe()
            #expect(second.number == (kind == .release ? 1 : 2))
        }
    }

    @Test func endOfAProbeThatWasReportedChangesNothing() async throws {
        try await withQueue { test in
            try await test.trip()
            try await test.enqueue(1...2)
            test.clock.advance(5000)
            let probe = try await test.probe()
            try await test.report(probe, failed: 1)
            let before = try await test.circuit()
            _ = try await test.end([probe], .retry(after: .zero))
            #expect(try await test.circuit() == before)
            #expect(try await test.claim(.none) == .throttled(.circuit, next: .seconds(10)))
        }
    }

    @Test func callsThatBeganBeforeSayNothingThenOrLater() async throws {
        try await withQueue { test in
            try await test.enqueue(1...3)
            let early = try await test.claimed(1)[0]
            try await test.trip()
            let opened = try await test.circuit()
            #expect(try await test.report(early, well: 50) == nil)
            #expect(try await test.report(early, refused: 50) == nil)
            #expect(try await test.circuit() == opened)
            test.clock.advance(5000)
            try await test.report(try await test.probe(), well: 1)
            let closed = try await test.circuit()
            #expect(try await test.report(early, failed: 50) == nil, "what hung when it was down ends now")
            #expect(try await test.circuit() == closed)
            test.clock.advance(1)
            #expect(try await test.report(failed: 10)?.word == .opened)
        }
    }

    @Test func limitsHoldForAProbeToo() async throws {
        try await withQueue { test in
            let limits = ProviderLimits(ratePerSecond: 10, burst: 1, maxConcurrent: 2)
            try await test.fill(limits)
            try await test.enqueue(1...3)
            #expect(try await test.granted(limits).count == 1)
            try await test.trip()
            test.clock.advance(5000)
            let probe = try await test.granted(limits)
            #expect(probe.map(\.probed) == ["p"] && probe.map(\.number) == [2])
            #expect(try await test.usage(limits).inFlight == 2)
            try await test.report(probe[0], failed: 1)
            #expect(try await test.claim(limits) == .throttled(.circuit, next: .seconds(10)))
            try await test.block(for: .seconds(20))
            #expect(try await test.claim(limits) == .throttled(.circuit, next: .seconds(20)))
        }
    }

    @Test func clockThatWentBackDoesNotKeepItOpenForLong() async throws {
        try await withQueue { test in
            try await test.trip()
            try await test.enqueue(1...2)
            test.clock.advance(-900_000)
            #expect(try await test.claim(.none) == .throttled(.circuit, next: .seconds(30)), "no more than a lease")
            test.clock.advance(30_000)
            try await test.report(try await test.probe(), well: 1)
            test.clock.advance(-900_000)
            #expect(try await test.report(failed: 9) == nil)
            #expect(try await test.report(failed: 1)?.coolDown == .seconds(10), "and calls count")
        }
    }
}
