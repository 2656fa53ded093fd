import Notifications
import Queue
import Redis
import TestSupport
import Testing

@Suite struct DoorbellTests {
    private func doorbell(_ test: TestQueue, _ routes: [Route] = [.sms, .email]) -> Doorbell {
        Doorbell(configuration: test.configuration, namespace: test.namespace, routes: routes, logger: quiet)
    }

    @Test func sleeperWakesWhenAJobComes() async throws {
        try await withOwnRedis { test in
            let doorbell = doorbell(test)
            let woken = Task { try await doorbell.wait(atMost: .seconds(10)) }
            try await eventually("it sleeps") { try await sleepers(test) == 1 }
            try await test.enqueue([1])
            #expect(try await woken.value == .email)
            await doorbell.shutdown()
        }
    }

    @Test func sleepEndsByItself() async throws {
        try await withQueue { test in
            let doorbell = doorbell(test)
            let start = ContinuousClock.now
            let rung = try await doorbell.wait(atMost: .zero)
            #expect(rung == nil)
            #expect(ContinuousClock.now - start >= .milliseconds(50))
            await doorbell.shutdown()
        }
    }

    @Test func burstWakesOneSleeperAfterTheOther() async throws {
        try await withOwnRedis { test in
            let sleeping = (0..<3).map { _ in
                let doorbell = doorbell(test)
                return Task {
                    let route = try await doorbell.wait(atMost: .seconds(10))
                    let jobs = try await test.claimed()
                    await doorbell.shutdown()
                    return (route, jobs.count)
                }
            }
            try await eventually("all sleep") { try await sleepers(test) == 3 }
            try await test.enqueue(1...180)
            var counts: [Int] = []
            for task in sleeping {
                let (route, count) = try await task.value
                #expect(route == .email)
                counts.append(count)
            }
            #expect(counts.sorted() == [52, 64, 64])
            #expect(try await test.state().bells == 0, "nothing is left to wake for")
        }
    }

    @Test func onlyWhatIsDueBeforeAllElseRings() async throws {
        try await withQueue { test in
            func rings(_ act: () async throws -> Void) async throws -> Int {
                try await test.redis("DEL", test.key("wake"))
                try await act()
                return try await test.state().bells
            }
            #expect(try await rings { try await test.enqueue([1], delay: .seconds(60)) } == 1)
            #expect(try await rings { try await test.enqueue([2], delay: .seconds(90)) } == 0)
            #expect(try await rings { try await test.enqueue([3], delay: .seconds(30)) } == 1)
            #expect(try await rings { try await test.enqueue([1], delay: .seconds(10)) } == 1)
            #expect(try await rings { try await test.enqueue([1], delay: .seconds(10)) } == 0)

            try await test.enqueue(11...13)
            let jobs = try await test.claimed()
            #expect(try await rings { _ = try await test.end([jobs[0]], .retry(after: .seconds(20))) } == 0)
            #expect(try await rings { _ = try await test.end([jobs[1]], .retry(after: .seconds(5))) } == 1)
            #expect(try await rings { _ = try await test.end([jobs[2]], .release) } == 1)
        }
    }

    @Test func bellsAreFewHoweverManyJobsCome() async throws {
        try await withQueue { test in
            for number in 1...40 { try await test.enqueue([number]) }
            #expect(try await test.state().bells == 32)
            _ = try await test.claimed(1)
            #expect(try await test.state().bells == 32)
        }
    }

    @Test func busyWorkerTakesTheBellsWithoutSleeping() async throws {
        try await withQueue { test in
            #expect(try await test.queue.takeBells(of: [.email, .sms]) == [])
            try await test.enqueue([1])
            try await test.enqueue([2])
            try await test.enqueue([3], on: .fcm)
            #expect(try await test.queue.takeBells(of: [.email, .sms, .fcm]) == [.email, .fcm])
            #expect(try await test.queue.takeBells(of: [.email, .sms, .fcm]) == [.email])
            #expect(try await test.queue.takeBells(of: [.email, .sms, .fcm]) == [])
        }
    }

    private func sleepers(_ test: TestQueue) async throws -> Int {
        let info = try await test.redis("INFO", "clients").string ?? ""
        let line = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("blocked_clients:") }
        return line.flatMap { Int($0.dropFirst("blocked_clients:".count)) } ?? 0
    }
}
