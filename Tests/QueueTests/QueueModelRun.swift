import Notifications
import Queue
import TestSupport

/// One random sequence: a queue, its model, and what workers hold.
struct QueueModelRun {
    static let routes: [Route] = [.email, .fcm]
    private static let steps = 60

    let test: TestQueue
    private let seed: UInt64
    private let limits: ProviderLimits
    private var random: SeededGenerator
    private var models: [Route: QueueModel] = [:]
    /// Every claim ever granted, stale ones too.
    private(set) var claims: [ClaimedJob] = []
    private var revision: Int64 = 0
    private var history: [String] = []

    init(test: TestQueue, seed: UInt64) {
        self.test = test
        self.seed = seed
        random = SeededGenerator(seed: seed)
        // A cap that never binds: claims within limits go one by one, and must come to the same.
        limits = seed.isMultiple(of: 2) ? .none : ProviderLimits(maxConcurrent: 1000)
        let provider = limits.isNone ? nil : LimitedProvider(name: "p", limits: limits)
        for route in Self.routes { models[route] = QueueModel(route: route, provider: provider) }
        models[.email]?.meta = RouteState.openMeta
        models[.fcm]?.open(.never)
    }

    /// What was the first thing that Redis, or an answer of it, had otherwise than the model; nil for nothing.
    mutating func problem() async throws -> String? {
        try await test.queue.open(.fcm, epoch: TestQueue.epoch)
        for step in 0..<Self.steps {
            let isAnswerRight = try await self.step()
            let states = try await RouteState.all(in: test.namespace, test.redis)
            let isStateRight = Self.routes.allSatisfy { (states[$0] ?? RouteState()) == models[$0]?.state }
            guard isAnswerRight, isStateRight else {
                let what = isAnswerRight ? "what Redis holds" : "the answer"
                return "seed \(seed), step \(step): \(what) after \(history.suffix(6).joined(separator: "; "))"
            }
        }
        return nil
    }

    /// Does something, to Redis and to the model.
    /// - Returns: whether both answered the same.
    private mutating func step() async throws -> Bool {
        let route = Self.routes[Int.random(in: 0...1, using: &random)]
        switch Int.random(in: 0..<28, using: &random) {
        case 0..<7: return try await enqueue(on: route)
        case 7..<13: return try await claim(on: route)
        case 13..<17: return try await end()
        case 17...18: return try await cancel(on: route)
        case 19: return try await tend()
        case 20: return try await pause(route)
        case 21...22: return try await open(route)
        case 23: return try await count(route)
        case 24 where Bool.random(using: &random): return try await clear(route)
        default:
            let step = [1, 900, 5000, 31_000, -20_000].randomElement(using: &random) ?? 1
            test.clock.advance(Int64(step))
            history.append("advance \(step)")
            return true
        }
    }

    private mutating func enqueue(on route: Route) async throws -> Bool {
        let numbers = (0..<Int.random(in: 1...4, using: &random)).map { _ in Int.random(in: 1...24, using: &random) }
        let delay = [0, 0, 0, 500, 5000, 60_000].randomElement(using: &random) ?? 0
        history.append("enqueue \(numbers) after \(delay) on \(route)")
        let jobs = numbers.map { number in
            QueuedDelivery(
                id: TestQueue.id(number), tenant: QueueModel.tenant(number), priority: QueueModel.priority(number),
                cost: 1, delay: .milliseconds(delay))
        }
        let answers = try await test.queue.enqueue(jobs, on: route)
        return answers == models[route]?.enqueue(numbers, delay: Int64(delay), now: test.clock.now)
    }

    private mutating func claim(on route: Route) async throws -> Bool {
        let limit = Int.random(in: 1...9, using: &random)
        history.append("claim \(limit) on \(route)")
        let answer = try await test.queue.claim(
            on: route, epoch: TestQueue.epoch, limit: limit, lease: TestQueue.lease, providers: ["p"],
            limits: limits.isNone ? [:] : ["p": limits])
        if case .jobs(let jobs, _, _) = answer { claims += jobs }
        return answer == models[route]?.claim(limit, now: test.clock.now)
    }

    private mutating func end() async throws -> Bool {
        let kinds: [JobEnding.Kind] = [.settle, .retry(after: .seconds(2)), .retry(after: .zero), .release]
        let kind = kinds.randomElement(using: &random) ?? .settle
        // The latest are mostly alive, the others mostly stale.
        let recent = Bool.random(using: &random) ? claims.suffix(4) : claims[...]
        let endings = recent.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random)).map {
            JobEnding($0, kind)
        }
        history.append("\(kind) \(endings.map(\.job.number))")
        let answers = try await test.queue.end(endings)
        return Self.routes.allSatisfy { route in
            let places = endings.indices.filter { endings[$0].job.route == route }
            if places.isEmpty { return true }
            return places.map { answers[$0] } == models[route]?.end(places.map { endings[$0] }, now: test.clock.now)
        }
    }

    private mutating func cancel(on route: Route) async throws -> Bool {
        let numbers = (1...24).shuffled(using: &random).prefix(6)
        history.append("cancel \(numbers) on \(route)")
        try await test.queue.cancel(numbers.map(TestQueue.id), on: route)
        for number in numbers { models[route]?.cancel(number) }
        return true
    }

    private mutating func tend() async throws -> Bool {
        history.append("tend")
        let epochs = Dictionary(uniqueKeysWithValues: Self.routes.map { ($0, TestQueue.epoch) })
        let routes = try await test.queue.tend(Self.routes, lease: TestQueue.lease, epochs: epochs)
        let expected = Self.routes.filter { route in
            let isHealed = models[route]?.heal(now: test.clock.now) == true
            return isHealed || models[route]?.meta["epoch"] == nil
        }
        return routes == expected
    }

    /// Mostly a newer one than the last.
    private mutating func makePause() -> RoutePause {
        revision += Int64.random(in: -1...2, using: &random)
        return RoutePause(isPaused: Int.random(in: 0...3, using: &random) == 0, revision: max(0, revision))
    }

    private mutating func pause(_ route: Route) async throws -> Bool {
        let pause = makePause()
        history.append("\(pause) on \(route)")
        let changed = try await test.queue.apply([route: pause]) == [route]
        return changed == models[route]?.apply(pause)
    }

    private mutating func open(_ route: Route) async throws -> Bool {
        let pause = makePause()
        history.append("open \(route) with \(pause)")
        try await test.queue.open(route, epoch: TestQueue.epoch, pause: pause)
        models[route]?.open(pause)
        return true
    }

    private mutating func clear(_ route: Route) async throws -> Bool {
        history.append("clear \(route)")
        try await test.queue.clear(route)
        models[route]?.clear()
        return true
    }

    private mutating func count(_ route: Route) async throws -> Bool {
        history.append("count \(route)")
        return try await test.queue.counts(of: route) == models[route]?.counts(now: test.clock.now)
    }
}
