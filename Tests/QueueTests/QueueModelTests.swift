import Notifications
import Queue
import TestSupport
import Testing

/// Random operations against the real scripts: after every step each job is in exactly one place, where the model has it.
@Suite struct QueueModelTests {
    @Test(arguments: 0..<8) func randomSequencesKeepEveryJobInOnePlace(chunk: UInt64) async throws {
        for seed in chunk * 25..<(chunk + 1) * 25 {
            try await withQueue { test in
                var run = ModelRun(test: test, seed: seed)
                for step in 0..<60 {
                    try await run.step()
                    guard try await run.agrees() else {
                        Issue.record("seed \(seed), step \(step): \(run.history.suffix(8))")
                        return
                    }
                }
                #expect(run.granted > 0, "seed \(seed) granted nothing")
                for route in ModelRun.routes { try await test.queue.clear(route) }
            }
        }
    }
}

/// One sequence: a queue, its model, and what workers hold.
private struct ModelRun {
    static let routes: [Route] = [.email, .fcm]

    let test: TestQueue
    var random: SeededGenerator
    var models: [Route: QueueModel] = [.email: QueueModel(), .fcm: QueueModel()]
    /// Every claim ever granted, stale ones too.
    var claims: [ClaimedJob] = []
    var granted = 0
    var history: [String] = []
    private var answersAgree = true

    init(test: TestQueue, seed: UInt64) {
        self.test = test
        random = SeededGenerator(seed: seed)
    }

    mutating func step() async throws {
        if history.isEmpty { try await test.queue.open(.fcm, epoch: TestQueue.epoch) }
        let route = Self.routes[Int.random(in: 0...1, using: &random)]
        switch Int.random(in: 0...10, using: &random) {
        case 0...3: try await enqueue(on: route)
        case 4...6: try await claim(on: route)
        case 7...8: try await end()
        case 9: try await cancel(on: route)
        default:
            let step = [1, 900, 5000, 31_000].randomElement(using: &random) ?? 1
            test.clock.advance(Int64(step))
            history.append("advance \(step)")
        }
    }

    /// Whether Redis and the model, and all their answers, are the same.
    func agrees() async throws -> Bool {
        let states = try await RouteState.all(in: test.namespace, test.redis)
        return answersAgree
            && Self.routes.allSatisfy { route in
                var state = states[route] ?? RouteState()
                (state.meta, state.bells) = ([:], 0)
                state.rings = state.rings.mapValues { $0.sorted() }
                return state.withoutForgotten == models[route]?.state
            }
    }

    /// Each number has its tenant and priority for good.
    private mutating func enqueue(on route: Route) async throws {
        let drawn = (0..<Int.random(in: 1...4, using: &random)).map { _ in Int.random(in: 1...24, using: &random) }
        // What was cancelled stays in its list, and would take an older place there if it came again.
        let numbers = drawn.filter { models[route]?.cancelled.contains($0) == false }
        let delay = [0, 0, 0, 500, 5000, 60_000].randomElement(using: &random) ?? 0
        history.append("enqueue \(numbers) after \(delay) on \(route)")
        let jobs = numbers.map { number in
            QueuedDelivery(
                id: TestQueue.id(number), tenant: "t\(number % 3)",
                priority: Priority.allCases[number % Priority.allCases.count], cost: 1, delay: .milliseconds(delay))
        }
        let answers = try await test.queue.enqueue(jobs, on: route)
        let expected = zip(numbers, jobs).map { number, job in
            models[route]?.enqueue(
                number, tenant: job.tenant, priority: job.priority, delay: Int64(delay), now: test.clock.now)
        }
        answersAgree = answersAgree && answers == expected
    }

    private mutating func cancel(on route: Route) async throws {
        let number = Int.random(in: 1...24, using: &random)
        history.append("cancel \(number) on \(route)")
        try await test.queue.cancel([TestQueue.id(number)], on: route)
        models[route]?.cancel(number)
    }

    private mutating func claim(on route: Route) async throws {
        let limit = Int.random(in: 1...5, using: &random)
        history.append("claim \(limit) on \(route)")
        let jobs = try await test.claimed(limit, on: route)
        models[route]?.heal(now: test.clock.now)
        let waiting = models[route]?.ready.values.joined().count ?? 0
        answersAgree = answersAgree && jobs.count == min(limit, waiting)
        for job in jobs {
            let wasHead = models[route]?.grant(job, until: test.clock.now + 30_000) ?? false
            answersAgree = answersAgree && wasHead
        }
        claims += jobs
        granted += jobs.count
    }

    private mutating func end() async throws {
        let kinds: [JobEnding.Kind] = [.settle, .retry(after: .seconds(2)), .retry(after: .zero), .release]
        let kind = kinds.randomElement(using: &random) ?? .settle
        let count = Int.random(in: 1...3, using: &random)
        // The latest are mostly alive, the others mostly stale.
        let recent = Bool.random(using: &random) ? claims.suffix(4) : claims[...]
        let endings = recent.shuffled(using: &random).prefix(count).map { JobEnding($0, kind) }
        history.append("\(kind) \(endings.map(\.job.number))")
        let answers = try await test.queue.end(endings)
        // A release goes through its jobs backwards, so that the first is the head in the end.
        let order = kind == .release ? Array(endings.indices.reversed()) : Array(endings.indices)
        var expected = answers
        for place in order {
            let ending = endings[place]
            expected[place] = models[ending.job.route]?.end(ending, now: test.clock.now) ?? .gone
        }
        answersAgree = answersAgree && answers == expected
    }
}
