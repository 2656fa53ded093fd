import Notifications
import Queue
import Redis
import Testing

/// When circuits open, and what claims make of it. The route has the providers `p` and `q`, in this order.
@Suite struct CircuitTests {
    @Test func fewFailuresSayNothing() async throws {
        try await withQueue { test in
            #expect(try await test.report(failed: 9) == nil)
            try await test.enqueue(1...3)
            #expect(try await test.claimed().map(\.number) == [1, 2, 3])
        }
    }

    @Test func halfOfEnoughCallsOpensIt() async throws {
        try await withQueue { test in
            #expect(try await test.report(well: 60, failed: 59) == nil)
            let change = try await test.report(failed: 1)
            let expected = CircuitChange(
                route: .email, provider: "p", word: .opened, failed: 60, calls: 120, coolDown: .seconds(5))
            #expect(change == expected)
        }
    }

    @Test func openOneIsPassedOverBeforeAnythingIsTaken() async throws {
        try await withQueue { test in
            try await test.trip()
            try await test.enqueue(1...3)
            let before = try await test.state()
            let alone = ProviderLimits.none
            #expect(try await test.claim(alone) == .throttled(.circuit, next: .seconds(5)))
            let after = try await test.state()
            #expect(after.jobs == before.jobs && after.ready == before.ready && after.circuits == before.circuits)
            #expect(after.meta == RouteState.openMeta && after.bells == 0)
            guard case .jobs(let jobs, provider: "q", next: _) = try await test.claim() else {
                throw UnexpectedAnswer()
            }
            #expect(jobs.map(\.number) == [1, 2, 3] && jobs.map(\.probed) == [nil, nil, nil])
        }
    }

    @Test func refusedCredentialsOpenItAtOnce() async throws {
        try await withQueue { test in
            try await test.report(well: 1000)
            #expect(try await test.report(refused: 1)?.word == .opened)
        }
    }

    @Test func addressesThatSpeakForThemselvesOpenNothing() async throws {
        try await withQueue { test in
            try await test.report(failed: 500, speakForAll: false)
            #expect(try await test.report(refused: 1, speakForAll: false) == nil)
            #expect(try await test.usage(.none).failurePercent == 100, "but are seen")
        }
    }

    @Test func otherRoutesAndARebuildLeaveItAsItIs() async throws {
        try await withQueue { test in
            try await test.trip()
            let opened = try await test.circuit()
            try await test.queue.open(.sms, epoch: TestQueue.epoch)
            try await test.enqueue([1], on: .sms)
            #expect(try await test.claimed(on: .sms).map(\.number) == [1])
            try await test.queue.clear(.email)
            try await test.queue.open(.email, epoch: 8)
            #expect(try await test.circuit() == opened)
        }
    }

    @Test func oneThatRedisLostIsClosed() async throws {
        try await withQueue { test in
            try await test.trip()
            test.clock.advance(5000)
            try await test.enqueue(1...2)
            let probe = try await test.probe()
            try await test.redis("DEL", test.key("circuit:p"))
            #expect(try await test.claimed().map(\.number) == [2])
            #expect(try await test.report(probe, failed: 1) == nil)
            #expect(try await test.circuit()?["failed"] == "1")
        }
    }

    @Test func whatIsOfLateIsShownWithItsMean() async throws {
        try await withQueue { test in
            #expect(try await test.usage(.none) == ProviderUsage())
            try await test.report(well: 2, failed: 1, took: .milliseconds(90))
            let usage = try await test.usage(.none)
            #expect(usage.failurePercent == 33 && usage.latency == .milliseconds(30))
            #expect(usage.circuit == .closed && usage.untilProbe == nil)
        }
    }

    @Test func callsFadeByHalvesEveryFiveSeconds() async throws {
        try await withQueue { test in
            try await test.report(well: 8, failed: 4)
            test.clock.advance(14_999)
            #expect(try await test.report(well: 1, failed: 1) == nil)
            let circuit = try await test.circuit()
            #expect(circuit?["well"] == "3" && circuit?["failed"] == "2")
            #expect(circuit?["since"] == "\(test.clock.now - 4999)")
        }
    }

    @Test func failuresStayWhereNothingGoesWell() async throws {
        try await withQueue { test in
            for _ in 1...9 {
                try await test.report(failed: 1)
                test.clock.advance(60_000)
            }
            #expect(try await test.report(failed: 1)?.word == .opened)
        }
    }

    @Test func callsOfOneSecondAreToldAsOne() async throws {
        try await withQueue { test in
            let calls = (0..<700).map { number in
                let job = ClaimedJob(
                    id: TestQueue.id(number), route: number % 2 == 0 ? .email : .fcm,
                    token: test.clock.now * 4096 + Int64(number))
                var calls = ProviderCalls(of: job, by: number % 3 == 0 ? "p" : "q")
                calls.add(number % 5 == 0 ? .failing : .well)
                return calls
            }
            #expect(try await test.queue.report(calls) == [])
            let states = try await RouteState.all(in: test.namespace, test.redis)
            let sums = [Route.email, .fcm].flatMap { route in
                ["p", "q"].map {
                    "\(states[route]?.circuits[$0]?["well"] ?? "") \(states[route]?.circuits[$0]?["failed"] ?? "")"
                }
            }
            #expect(sums == ["93 24", "187 46", "94 23", "186 47"])
        }
    }

    @Test func nothingToTellIsNotTold() async throws {
        try await withQueue { test in
            try await test.report()
            #expect(try await test.state().circuits == [:])
        }
    }
}
