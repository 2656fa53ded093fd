import Notifications
import Queue
import Redis
import Testing

@Suite struct ClaimTests {
    @Test func jobThatStandsTwiceInItsListIsLeasedOnce() async throws {
        try await withQueue { test in
            try await test.enqueue([1, 2])
            try await test.redis("HDEL", test.key("jobs"), RedisArgument(TestQueue.id(1).text))
            #expect(try await test.enqueue([1]) == [.created])
            #expect(try await test.claimed().map(\.number) == [1, 2])
            #expect(try await test.state().leased.count == 2)
            #expect(try await test.claimed() == [])
        }
    }

    @Test func headOfTheListIsLeased() async throws {
        try await withQueue { test in
            try await test.enqueue([1, 2, 3])
            let (now, token) = (test.clock.now, test.clock.now * 4096 + 1)
            #expect(
                try await test.claim(2)
                    == .jobs(
                        [
                            ClaimedJob(id: TestQueue.id(1), route: .email, token: token),
                            ClaimedJob(id: TestQueue.id(2), route: .email, token: token + 1),
                        ], provider: "p", next: .zero))
            #expect(
                try await test.state()
                    == RouteState(
                        meta: ["epoch": "7", "paused": "0", "revision": "0", "turn": "2", "token": "2"],
                        jobs: [1: "2:\(token):1:a", 2: "2:\(token + 1):1:a", 3: "2:0:1:a"],
                        ready: ["2:a": [3]], rings: [2: ["a"]], leased: [1: now + 30_000, 2: now + 30_000],
                        flow: ["in:2": [200: 3]], bells: 2))
        }
    }

    @Test func nextIsTheWaitUntilSomethingFallsDue() async throws {
        try await withQueue { test in
            #expect(try await test.claim() == .jobs([], provider: "p", next: nil))
            try await test.enqueue([1], delay: .seconds(40))
            #expect(try await test.claim() == .jobs([], provider: "p", next: .seconds(40)))
            try await test.enqueue([2])
            #expect(try await test.claimed().map(\.number) == [2])
            test.clock.advance(1)
            #expect(try await test.claim() == .jobs([], provider: "p", next: .milliseconds(29_999)))
        }
    }

    @Test func limitIsKeptAndNeverAboveSixtyFour() async throws {
        try await withQueue { test in
            try await test.enqueue(1...200)
            #expect(try await test.claimed(1).map(\.number) == [1])
            #expect(try await test.claimed(64).map(\.number) == Array(2...65))
            #expect(try await test.claimed(500).map(\.number) == Array(66...129))
        }
    }

    @Test func nothingIsGrantedWhilePaused() async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            try await test.queue.open(.email, epoch: TestQueue.epoch, pause: RoutePause(isPaused: true, revision: 1))
            let before = try await test.state()
            #expect(try await test.claim() == .paused)
            #expect(try await test.state() == before)
            try await test.queue.apply([.email: RoutePause(isPaused: false, revision: 2)])
            #expect(try await test.claimed().map(\.number) == [1])
        }
    }

    @Test func nothingIsGrantedUnderAnotherEpochOrNone() async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            let before = try await test.state()
            #expect(try await test.claim(epoch: TestQueue.epoch + 1) == .rebuild)
            #expect(try await test.claim(epoch: TestQueue.epoch - 1) == .rebuild)
            #expect(try await test.state() == before)
            try await test.redis("DEL", test.key("meta"))
            #expect(try await test.claim() == .rebuild)
            #expect(try await test.state().ready == ["2:a": [1]])
        }
    }

    @Test func idsWithoutARecordAreSkippedAndChargeNothing() async throws {
        try await withQueue { test in
            try await test.enqueue([1, 2, 3])
            try await test.redis("HDEL", test.key("jobs"), RedisArgument(TestQueue.id(1).text))
            try await test.redis("HDEL", test.key("jobs"), RedisArgument(TestQueue.id(2).text))
            #expect(try await test.claimed(1).map(\.number) == [3])
            let state = try await test.state()
            #expect(state.leased.keys.sorted() == [3])
            #expect(state.ready == [:])
            #expect(state.rings == [:])
        }
    }

    @Test func oneCallLooksAtAHundredLostIdsAtMost() async throws {
        try await withQueue { test in
            try await test.enqueue(1...250)
            try await test.redis("DEL", test.key("jobs"))
            #expect(try await test.claim(1) == .jobs([], provider: "p", next: .zero))
            #expect(try await test.state().ready == ["2:a": Array(102...250)])
        }
    }

    @Test func tokensAreUniqueWithinAMillisecondAndAfterALostMemory() async throws {
        try await withQueue { test in
            try await test.enqueue(1...100)
            let tokens = try await test.claimed(50).map(\.token) + test.claimed(50).map(\.token)
            #expect(Set(tokens).count == 100)
            try await test.queue.clear(.email)
            try await test.queue.open(.email, epoch: TestQueue.epoch)
            test.clock.advance(1)
            try await test.enqueue(1...100)
            let later = try await test.claimed(64).map(\.token)
            #expect(Set(later).isDisjoint(with: tokens))
        }
    }

    @Test func repeatedClaimGrantsNothingTwice() async throws {
        try await withQueue { test in
            try await test.enqueue([1, 2])
            #expect(try await test.claimed().count == 2)
            #expect(try await test.claimed() == [])
        }
    }

    @Test func concurrentClaimsShareTheJobs() async throws {
        try await withQueue { test in
            try await test.enqueue(1...100)
            async let one = test.claimed(64)
            async let other = test.claimed(64)
            let numbers = try await (one + other).map(\.number)
            #expect(numbers.sorted() == Array(1...100))
        }
    }

    @Test func timeIsThatOfTheServerWithoutAClock() async throws {
        try await withQueue { test in
            let queue = DeliveryQueue(redis: test.redis, namespace: test.namespace)
            let delivery = QueuedDelivery(id: TestQueue.id(1), tenant: "a", priority: .high, cost: 1, delay: .zero)
            try await queue.enqueue([delivery], on: .email)
            let before = try await serverMilliseconds(test)
            _ = try await queue.claim(on: .email, epoch: 7, limit: 1, lease: .seconds(30), providers: ["p"])
            let after = try await serverMilliseconds(test)
            let end = try #require(try await test.state().leased[1])
            #expect((before + 30_000...after + 30_000).contains(end))
        }
    }

    private func serverMilliseconds(_ test: TestQueue) async throws -> Int64 {
        let parts = try await test.redis("TIME").array?.compactMap(\.int) ?? []
        return parts[0] * 1000 + parts[1] / 1000
    }
}
