import Notifications
import Queue
import Redis
import Testing

@Suite struct EnqueueTests {
    @Test func newJobsStandInTheirListsInOrder() async throws {
        try await withQueue { test in
            let answers = try await test.enqueue([3, 1, 2])
            #expect(answers == [.created, .created, .created])
            #expect(try await test.enqueue([4], tenant: "b", priority: .critical) == [.created])
            #expect(
                try await test.state()
                    == RouteState(
                        meta: RouteState.openMeta,
                        jobs: [1: "2:0:1:a", 2: "2:0:1:a", 3: "2:0:1:a", 4: "0:0:1:b"],
                        ready: ["2:a": [3, 1, 2], "0:b": [4]], rings: [2: ["a"], 0: ["b"]],
                        flow: ["in:2": [200: 3], "in:0": [200: 1]], bells: 2))
        }
    }

    @Test func delayedJobIsScheduledWithItsCost() async throws {
        try await withQueue { test in
            let job = QueuedDelivery(
                id: TestQueue.id(1), tenant: "a:b", priority: .low, cost: 12, delay: .milliseconds(1500))
            let answers = try await test.queue.enqueue([job], on: .email)
            #expect(answers == [.created])
            #expect(
                try await test.state()
                    == RouteState(
                        meta: RouteState.openMeta, jobs: [1: "3:1:12:a:b"], scheduled: [1: test.clock.now + 1500],
                        bells: 1))
        }
    }

    @Test func costIsOneAtLeastAndDelayZeroAtLeast() async throws {
        try await withQueue { test in
            let job = QueuedDelivery(
                id: TestQueue.id(1), tenant: "a", priority: .high, cost: 0, delay: .seconds(-5))
            try await test.queue.enqueue([job], on: .email)
            #expect(try await test.state().jobs == [1: "1:0:1:a"])
            #expect(try await test.state().ready == ["1:a": [1]])
        }
    }

    @Test func repeatedEnqueueChangesNothingWhereverTheJobIs() async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            let job = try await test.claimed()
            try await test.enqueue([2])
            try await test.enqueue([3], delay: .seconds(60))
            let before = try await test.state()
            for delay in [Duration.zero, .seconds(5), .seconds(60)] {
                #expect(try await test.enqueue([1, 2], delay: delay) == [.exists, .exists])
            }
            for delay in [59, 60, 90] {
                #expect(try await test.enqueue([3], delay: .seconds(delay)) == [.exists])
            }
            #expect(try await test.state() == before)
            #expect(try await test.end(job, .settle) == [.settled])
        }
    }

    @Test func scheduledJobCanBeMadeEarlierOnly() async throws {
        try await withQueue { test in
            try await test.enqueue([1], delay: .seconds(60))
            #expect(try await test.enqueue([1], delay: .seconds(10)) == [.earlier])
            #expect(try await test.state().scheduled == [1: test.clock.now + 10_000])
            #expect(try await test.enqueue([1]) == [.earlier])
            #expect(try await test.state().scheduled == [1: test.clock.now])
            #expect(try await test.claimed().map(\.number) == [1])
        }
    }

    @Test func routeNeedsNoEpoch() async throws {
        try await withQueue { test in
            let answers = try await test.enqueue([1], on: .sms)
            #expect(answers == [.created])
            #expect(
                try await test.state(of: .sms)
                    == RouteState(jobs: [1: "2:0:1:a"], ready: ["2:a": [1]], rings: [2: ["a"]], bells: 1))
            #expect(try await test.claim(on: .sms) == .rebuild)
        }
    }

    @Test func longListsGoInBatchesAndAreAnsweredInOrder() async throws {
        try await withQueue { test in
            try await test.enqueue([700])
            let answers = try await test.enqueue(1...1001)
            #expect(answers.count == 1001)
            #expect(answers.enumerated().filter { $1 != .created }.map(\.offset) == [699])
            #expect(try await test.state().ready == ["2:a": [700] + (1...1001).filter { $0 != 700 }])
            #expect(try await test.queue.enqueue([], on: .email) == [])
        }
    }

    @Test func concurrentPairCreatesEachJobOnce() async throws {
        try await withQueue { test in
            async let one = test.enqueue(1...200)
            async let other = test.enqueue((1...200).reversed())
            let answers = try await (one, other)
            for number in 1...200 {
                #expect(Set([answers.0[number - 1], answers.1[200 - number]]) == [.created, .exists])
            }
            let state = try await test.state()
            #expect(state.ready["2:a"]?.sorted() == Array(1...200))
            #expect(state.jobs.count == 200)
        }
    }
}
