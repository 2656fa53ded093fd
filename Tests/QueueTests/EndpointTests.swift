import Notifications
import Queue
import Redis
import Testing

/// Whether endpoints may be called, by what became of the calls before.
@Suite struct EndpointTests {
    @Test func endpointsThatAreWellLeaveNothingBehind() async throws {
        try await withQueue { test in
            let before = try await test.state()
            for endpoint in ["e", "f"] {
                #expect(try await test.knock(at: endpoint).answer == .come(isProbe: false))
                #expect(try await test.report(at: endpoint, well: 100) == nil)
            }
            #expect(try await test.state() == before)
        }
    }

    @Test func fifthFailureHasItLeftAloneAndNobodyElse() async throws {
        try await withQueue { test in
            #expect(try await test.report(at: "e", failed: 4) == nil)
            #expect(try await test.knock().answer == .come(isProbe: false))
            let change = try await test.report(at: "e", failed: 1)
            let expected = CircuitChange(
                route: .email, provider: "p", endpoint: "e", word: .opened, failed: 5, calls: 5, coolDown: .seconds(5))
            #expect(change == expected)
            #expect(try await test.knock().answer == .wait(.seconds(5)))
            #expect(try await test.knock(at: "f").answer == .come(isProbe: false))
            #expect(try await test.usage(.none).circuit == .closed, "the provider is well")
            try await test.enqueue(1...3)
            #expect(try await test.claimed().map(\.number) == [1, 2, 3])
        }
    }

    @Test func failuresAmongManyThatWentWellSayNothing() async throws {
        try await withQueue { test in
            let fewer = try await test.report(at: "e", well: 6, failed: 5)
            #expect(fewer == nil)
            #expect(try await test.report(at: "e", failed: 1)?.word == .opened, "half of them did")
        }
    }

    @Test func refusalIsAFailureLikeAnyOther() async throws {
        try await withQueue { test in
            let fewer = try await test.report(at: "e", well: 9, refused: 5)
            #expect(fewer == nil)
            #expect(try await test.report(at: "e", refused: 4)?.word == .opened)
        }
    }

    @Test func oneProbesWhileTheOthersWait() async throws {
        try await withQueue { test in
            try await test.report(at: "e", failed: 5)
            test.clock.advance(4999)
            #expect(try await test.knock(1).answer == .wait(.milliseconds(1)))
            test.clock.advance(1)
            let probe = try await test.probe(at: "e", 2)
            for number in 3...4 {
                #expect(try await test.knock(number).answer == .wait(.seconds(5)), "not as long as its lease")
            }
            #expect(try await test.report(at: "e", probe, isProbe: true, well: 1)?.word == .closed)
            #expect(try await test.knock(5).answer == .come(isProbe: false))
        }
    }

    @Test func eachProbeThatFailsDoublesTheWaitToFiveMinutes() async throws {
        try await withQueue { test in
            var wait = try await test.report(at: "e", failed: 5)?.coolDown
            for seconds in [5, 10, 20, 40, 80, 160, 300, 300] {
                #expect(wait == .seconds(seconds))
                test.clock.advance(Int64(seconds) * 1000)
                let change = try await test.report(at: "e", test.probe(at: "e"), isProbe: true, failed: 1)
                #expect(change?.word == .reopened)
                wait = change?.coolDown
            }
        }
    }

    @Test func probeThatNobodyReportedOnIsGivenUpWithItsLease() async throws {
        try await withQueue { test in
            try await test.report(at: "e", failed: 5)
            test.clock.advance(5000)
            _ = try await test.probe(at: "e", 1)
            test.clock.advance(Int64(TestQueue.lease.milliseconds) - 1)
            #expect(try await test.knock(2).answer == .wait(.milliseconds(1)))
            test.clock.advance(1)
            _ = try await test.probe(at: "e", 3)
        }
    }

    @Test func probeThatWasNotSentLeavesItToTheNext() async throws {
        try await withQueue { test in
            try await test.report(at: "e", failed: 5)
            test.clock.advance(5000)
            let probe = try await test.probe(at: "e", 1)
            #expect(try await test.report(at: "e", probe, isProbe: true) == nil)
            _ = try await test.probe(at: "e", 2)
        }
    }

    /// Those that hang end long after a probe went well.
    @Test func callsOfBeforeItClosedDoNotOpenItAgain() async throws {
        try await withQueue { test in
            let slow = try await test.knock(1).job
            try await test.report(at: "e", failed: 5)
            test.clock.advance(5000)
            try await test.report(at: "e", test.probe(at: "e", 2), isProbe: true, well: 1)
            test.clock.advance(1000)
            #expect(try await test.report(at: "e", slow, failed: 50) == nil)
            #expect(try await test.report(at: "e", failed: 5)?.coolDown == .seconds(10), "it was not well after all")
        }
    }

    @Test func whatIsKnownOfAnEndpointExpires() async throws {
        try await withQueue { test in
            func lifetime() async throws -> Int64? { try await test.redis("PTTL", test.key("circuit:p/e")).int }
            let memory = Int64(try #require(CircuitPolicy().ofEndpoints.memory).milliseconds)
            try await test.report(at: "e", failed: 1)
            #expect((memory - 60_000...memory).contains(try await lifetime() ?? 0))
            try await test.report(at: "e", failed: 4)
            test.clock.advance(5000)
            let probe = try await test.probe(at: "e")
            #expect((1...memory).contains(try await lifetime() ?? 0))
            try await test.report(at: "e", probe, isProbe: true, well: 1)
            #expect((memory - 60_000...memory).contains(try await lifetime() ?? 0))
            try await test.report(failed: 1)
            #expect(try await test.redis("PTTL", test.key("circuit:p")).int == -1, "a provider is remembered for ever")
        }
    }
}
