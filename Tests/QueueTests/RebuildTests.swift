import Notifications
import Queue
import Redis
import Testing

@Suite struct RebuildTests {
    @Test func clearedRouteIsEmptyAndClosedUntilItIsOpened() async throws {
        try await withQueue { test in
            for priority in Priority.allCases {
                for tenant in 0..<120 {
                    try await test.enqueue(
                        [priority.rawValue * 1000 + tenant], tenant: "t\(tenant)", priority: priority)
                }
            }
            _ = try await test.claimed(3)
            try await test.enqueue([9000], delay: .seconds(5))
            try await test.queue.clear(.email)
            try await test.redis("DEL", test.key("wake"))
            #expect(try await test.state() == RouteState())
            #expect(try await test.claim() == .rebuild)

            try await test.enqueue([1])
            #expect(try await test.claim() == .rebuild, "callers may enqueue meanwhile")
            try await test.queue.open(.email, epoch: 8)
            #expect(try await test.claim() == .rebuild, "the epoch of before")
            let answer = try await test.claim(epoch: 8)
            guard case .jobs(let jobs, _, _) = answer else { throw UnexpectedAnswer() }
            #expect(jobs.map(\.number) == [1])
        }
    }

    @Test func closedRouteKeepsItsJobsAndAsksForARebuild() async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            try await test.queue.close(.email)
            #expect(try await test.claim() == .rebuild)
            let state = try await test.state()
            #expect(state.meta["epoch"] == nil && state.bells > 0)
            try await test.queue.open(.email, epoch: TestQueue.epoch)
            #expect(try await test.claimed().map(\.number) == [1])
        }
    }

    @Test func clearingTouchesNoOtherRoute() async throws {
        try await withQueue { test in
            try await test.queue.open(.sms, epoch: TestQueue.epoch)
            try await test.enqueue([1], on: .sms)
            let before = try await test.state(of: .sms)
            try await test.queue.clear(.email)
            #expect(try await test.state(of: .sms) == before)
        }
    }

    @Test func openingSaysWhetherTheRouteIsPausedAndRings() async throws {
        try await withQueue { test in
            try await test.queue.open(.sms, epoch: 3, pause: RoutePause(isPaused: true, revision: 1))
            #expect(
                try await test.state(of: .sms)
                    == RouteState(meta: ["epoch": "3", "paused": "1", "revision": "1"], bells: 1))
            try await test.queue.open(.sms, epoch: 4, pause: RoutePause(isPaused: false, revision: 2))
            #expect(try await test.state(of: .sms).meta == ["epoch": "4", "paused": "0", "revision": "2"])
        }
    }
}
