import Notifications
import Queue
import Redis
import Testing

/// Any key may vanish at any time: what is left heals, or leads to a rebuild.
@Suite struct LostKeyTests {
    /// Three jobs, one in each place.
    private func withJobs(_ body: (TestQueue, ClaimedJob) async throws -> Void) async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            let job = try #require(try await test.claimed().first)
            try await test.enqueue([2])
            try await test.enqueue([3], delay: .seconds(60))
            try await body(test, job)
        }
    }

    @Test func lostLeasesAreRestoredBySweeping() async throws {
        try await withJobs { test, job in
            try await test.redis("DEL", test.key("leased"))
            #expect(try await test.enqueue([1]) == [.restored])
            #expect(try await test.enqueue([1]) == [.exists])
            #expect(try await test.end([job], .settle) == [.leaseLost])
            #expect(try await test.state().ready == ["2:a": [2, 1]])
            #expect(try await test.claimed().map(\.number) == [2, 1])
        }
    }

    @Test func endingStillWorksWithoutTheLeases() async throws {
        try await withJobs { test, job in
            try await test.redis("DEL", test.key("leased"))
            #expect(try await test.end([job], .settle) == [.settled])
            #expect(try await test.state().jobs.keys.sorted() == [2, 3])
        }
    }

    @Test func lostScheduleIsRestoredBySweeping() async throws {
        try await withJobs { test, _ in
            try await test.redis("DEL", test.key("scheduled"))
            #expect(try await test.enqueue([3], delay: .seconds(30)) == [.restored])
            #expect(try await test.state().scheduled == [3: test.clock.now + 30_000])
            try await test.redis("DEL", test.key("scheduled"))
            #expect(try await test.enqueue([3]) == [.restored])
            #expect(try await test.state().ready == ["2:a": [2, 3]])
            #expect(try await test.claimed().map(\.number) == [2, 3])
        }
    }

    @Test func lostRingIsRestoredBySweepingAndByTheNextJob() async throws {
        try await withJobs { test, _ in
            try await test.redis("DEL", test.key("ring:2"))
            #expect(try await test.claimed() == [])
            #expect(try await test.enqueue([2]) == [.exists])
            #expect(try await test.state().rings == [2: ["a"]])
            try await test.redis("DEL", test.key("ring:2"))
            try await test.enqueue([4])
            #expect(try await test.claimed().map(\.number) == [2, 4])
        }
    }

    @Test func lostRecordsAreMadeAgainAndGrantedOnce() async throws {
        try await withJobs { test, job in
            try await test.redis("DEL", test.key("jobs"))
            #expect(try await test.end([job], .retry(after: .zero)) == [.gone])
            #expect(try await test.enqueue([1, 2, 3]) == [.created, .created, .created])
            #expect(try await test.claimed().map(\.number) == [2, 1, 3])
            // What the old places held falls due now, and is somewhere else by its record.
            let before = try await test.state()
            test.clock.advance(60_000)
            try await test.redis(
                "ZADD", test.key("leased"), RedisArgument(test.clock.now + 1), RedisArgument(TestQueue.id(3).text))
            #expect(try await test.claimed().map(\.number).sorted() == [1, 2])
            #expect(try await test.state().scheduled == [:])
            #expect(before.leased.keys.sorted() == [1, 2, 3])
        }
    }

    @Test func lostReadyListLeadsToARebuildAtTheNextClaim() async throws {
        try await withJobs { test, _ in
            try await test.redis("DEL", test.key("ready:2:a"))
            #expect(try await test.claim() == .rebuild)
            #expect(try await test.claim() == .rebuild)
            #expect(try await test.state().meta == [:])
        }
    }

    @Test func lostReadyListLeadsToARebuildThoughANewOneBegan() async throws {
        try await withJobs { test, job in
            try await test.redis("DEL", test.key("ready:2:a"))
            try await test.enqueue([4])
            #expect(try await test.claim() == .rebuild)
            try await test.queue.open(.email, epoch: TestQueue.epoch)
            try await test.redis("DEL", test.key("ready:2:a"))
            #expect(try await test.end([job], .release) == [.settled])
            #expect(try await test.claim() == .rebuild)
            try await test.queue.open(.email, epoch: TestQueue.epoch)
            try await test.redis("DEL", test.key("ready:2:a"))
            test.clock.advance(60_000)
            #expect(try await test.claim() == .rebuild)
        }
    }

    @Test(arguments: ["jobs", "scheduled", "leased"])
    func keyOfAWrongTypeIsAnErrorAndNoCrash(name: String) async throws {
        try await withJobs { test, job in
            try await test.redis("SET", test.key(name), "not what it should be")
            await #expect(throws: (any Error).self) { try await test.claim() }
            if name == "jobs" {
                await #expect(throws: QueueReplyError.self) { try await test.end([job], .settle) }
            }
            if name != "leased" {
                let error = await #expect(throws: RedisError.self) { try await test.enqueue([4]) }
                #expect(error?.description == "Redis answered WRONGTYPE")
            }
            try await test.queue.clear(.email)
            try await test.queue.open(.email, epoch: TestQueue.epoch)
            try await test.enqueue([4])
            #expect(try await test.claimed().map(\.number) == [4], "a rebuild heals it")
        }
    }

    @Test func errorOfAClaimNamesItsCodeOnly() async throws {
        try await withJobs { test, _ in
            try await test.redis("SET", test.key("meta"), "secret")
            let error = await #expect(throws: QueueReplyError.self) { try await test.claim() }
            #expect(error?.description == "unexpected reply of the script claim: WRONGTYPE")
        }
    }

    @Test func scriptsThatTheServerForgotAreSentAgain() async throws {
        try await withOwnRedis { test in
            try await test.enqueue([1], delay: .seconds(1))
            test.clock.advance(1000)
            try await test.redis("SCRIPT", "FLUSH")
            let jobs = try await test.claimed()
            #expect(jobs.map(\.number) == [1], "upkeep went first")
            try await test.redis("SCRIPT", "FLUSH")
            try await test.enqueue([2])
            try await test.redis("SCRIPT", "FLUSH")
            #expect(try await test.end(jobs, .settle) == [.settled])
            #expect(try await test.state().jobs.keys.sorted() == [2])
        }
    }
}
