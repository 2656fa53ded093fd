import Notifications
import Queue
import TestSupport

/// One random sequence of jobs in one line, so that it is known which is next.
struct LimitModelRun {
    private static let steps = 100

    let test: TestQueue
    private let seed: UInt64
    private var random: SeededGenerator
    private var model: LimitModel
    private var epoch = TestQueue.epoch
    /// Those ready, in their order.
    private var line: [Int] = []
    private var scheduled: [Int: Int64] = [:]
    private var costs: [Int: Int64] = [:]
    /// What workers hold, until when and since when.
    private var claims: [(job: ClaimedJob, end: Int64, at: Int64)] = []
    /// Claims that are not theirs any more.
    private var stale: [ClaimedJob] = []
    private var settled: Set<Int> = []
    /// When something was drawn and how much of it was not given back.
    private(set) var draws: [Int64: (at: Int64, tokens: Int64)] = [:]
    /// What became of the circuit.
    private(set) var changes: Set<CircuitChange.Word> = []
    private var history: [String] = []

    init(test: TestQueue, seed: UInt64) {
        self.test = test
        self.seed = seed
        random = SeededGenerator(seed: seed)
        let interval: Int64 = [5000, 20_000, 100_000].randomElement(using: &random) ?? 5000
        let burst: Int64 = [1, 4, 9, 30, 30].randomElement(using: &random) ?? 1
        model = LimitModel(
            interval: interval, burst: burst, cap: [nil, 3, 10].randomElement(using: &random) ?? nil,
            fanOut: [1, 3, 9].randomElement(using: &random) ?? 1, isLow: Bool.random(using: &random))
    }

    /// What was the first thing that came otherwise than by the model; nil for nothing.
    mutating func problem() async throws -> String? {
        // The bucket becomes known, and is empty.
        _ = try await test.usage(model.limits)
        for step in 0..<Self.steps {
            let isAnswerRight = try await self.step()
            let isUsageRight = try await test.usage(model.limits) == model.usage(now: test.clock.now)
            guard isAnswerRight, isUsageRight else {
                let what = isAnswerRight ? "what is left" : "the answer"
                return "seed \(seed), step \(step): \(what) after \(history.suffix(6).joined(separator: "; "))"
            }
        }
        return worstWindow > 0 ? "seed \(seed): a window had more than burst + its length times the rate" : nil
    }

    private mutating func step() async throws -> Bool {
        switch Int.random(in: 0..<26, using: &random) {
        case 0..<4: return try await enqueue()
        case 4..<11: return try await claim()
        case 11..<14: return try await end()
        case 14: return try await endStale()
        case 15: return try await block()
        case 16 where Int.random(in: 0..<4, using: &random) == 0: return try await wipe()
        case 21..<26: return try await report()
        default:
            let step: Int64 = [1, 7, 40, 300, 2500, 31_000].randomElement(using: &random) ?? 1
            history.append("wait \(step)")
            test.clock.advance(step)
            model.gain(step * 1000)
            return true
        }
    }

    private mutating func enqueue() async throws -> Bool {
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let number = costs.count + 1
            costs[number] = Int64.random(in: 1...min(6, model.burst), using: &random)
            line.append(number)
            try await test.queue.enqueue([job(number)], on: .email)
        }
        return true
    }

    private func job(_ number: Int, delay: Int64 = 0) -> QueuedDelivery {
        QueuedDelivery(
            id: TestQueue.id(number), tenant: "a", priority: model.isLow ? .low : .medium,
            cost: Int(costs[number] ?? 1), delay: .milliseconds(delay), sender: "p")
    }

    private mutating func claim() async throws -> Bool {
        heal()
        let (now, most) = (test.clock.now, Int.random(in: 1...6, using: &random))
        var expected: [Int] = []
        while expected.count < most, let number = line.first, let cost = costs[number],
            model.lack(cost, now: now) == nil
        {
            model.grant(number, cost: cost, now: now)
            expected.append(line.removeFirst())
        }
        let isProbe = model.circuit.nextProbe != nil && !expected.isEmpty
        let isFull = expected.count == most
        let lack = isFull ? nil : line.first.flatMap { model.lack(costs[$0] ?? 1, now: now) }
        let answer = try await test.claim(model.limits, most, epoch: epoch, fanOut: model.fanOut)
        history.append("claim \(most): \(answer)")
        guard case .jobs(let jobs, _, let next) = answer else {
            guard let lack, expected.isEmpty else { return false }
            return answer == .throttled(lack.what, next: .milliseconds(wait(lack.wait, now) ?? 0))
        }
        for job in jobs {
            claims.append((job, now + 30_000, now))
            model.circuit.note(job)
            draws[job.token] = (now, costs[job.number] ?? 0)
        }
        let expectedNext = isFull && !line.isEmpty ? 0 : wait(lack?.wait, now)
        let slots = expected.map { model.cap == nil ? nil : model.slots[$0]?.count }
        return jobs.map(\.number) == expected && jobs.map(\.slots) == slots
            && jobs.allSatisfy { $0.probed == (isProbe ? "p" : nil) }
            && next == expectedNext.map { .milliseconds($0) }
            && (lack == nil || !expected.isEmpty)
    }

    /// Until there is room again or something else falls due; whoever lacks room sleeps for 50 ms at least.
    private func wait(_ lack: Int64?, _ now: Int64) -> Int64? {
        let due = (claims.map(\.end) + scheduled.values).filter { $0 > now }.min().map { $0 - now }
        return lack.map { max(50, min($0, due ?? $0)) } ?? due
    }

    /// Whoever died is rescued first: the last of them stands at the head.
    private mutating func heal() {
        let now = test.clock.now
        for dead in claims.filter({ $0.end <= now }).sorted(by: { ($0.end, $0.job.number) < ($1.end, $1.job.number) }) {
            line.insert(dead.job.number, at: 0)
            stale.append(dead.job)
        }
        claims.removeAll { $0.end <= now }
        line += scheduled.filter { $0.value <= now }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
        scheduled = scheduled.filter { $0.value > now }
    }

    private mutating func end() async throws -> Bool {
        guard let index = claims.indices.randomElement(using: &random) else { return true }
        let (claim, now) = (claims.remove(at: index), test.clock.now)
        let (number, cost) = (claim.job.number, costs[claim.job.number] ?? 0)
        let kind = [JobEnding.Kind.settle, .retry(after: .seconds(3)), .release].randomElement(using: &random)
        guard let kind else { return false }
        let used = Bool.random(using: &random) ? nil : Int64.random(in: 0...cost, using: &random)
        let spent = kind == .release ? 0 : used
        history.append("\(kind) \(number) spent \(spent ?? cost)")
        let answer = try await test.queue.end([JobEnding(claim.job, kind, spent: spent.map { Int($0) })])
        switch kind {
        case .settle: settled.insert(number)
        case .retry: scheduled[number] = now + 3000
        case .release: line.insert(number, at: 0)
        }
        stale.append(claim.job)
        model.slots[number] = nil
        model.circuit.end(claim.job, now: now)
        draws[claim.job.token]?.tokens = spent ?? cost
        let unused = (cost - (spent ?? cost)) * model.interval
        model.gain(max(0, unused - (now - claim.at) * 1000))
        // A lease that ran out is good until somebody notices.
        return answer == [.settled]
    }

    private mutating func endStale() async throws -> Bool {
        guard let job = stale.randomElement(using: &random) else { return true }
        history.append("stale \(job.number)")
        let answer = try await test.queue.end([JobEnding(job, .release)])
        model.circuit.end(job, now: test.clock.now)
        return answer == [settled.contains(job.number) ? .gone : .leaseLost]
    }

    /// Mostly all well or all failed, as in an outage, of the latest claim, which may be a probe, or of any ever.
    private mutating func report() async throws -> Bool {
        let latest = Int.random(in: 0..<4, using: &random) > 0 ? claims.last?.job : stale.randomElement(using: &random)
        guard let job = latest else { return true }
        let counts = [(0, 6), (0, 6), (5, 0), (5, 0), (5, 0), (3, 2), (0, 0)]
        let (well, failed) = counts.randomElement(using: &random) ?? (0, 0)
        let took = Int64.random(in: 0...9999, using: &random)
        let change = try await test.report(job, well: well, failed: failed, took: .microseconds(took))?.word
        history.append("report \(well) well, \(failed) failed of \(job.number): \(change?.rawValue ?? "same")")
        if let change { changes.insert(change) }
        return change == model.circuit.report(job, well: well, failed: failed, microseconds: took, now: test.clock.now)
    }

    private mutating func block() async throws -> Bool {
        let wait: Int64 = [10, 400, 5000].randomElement(using: &random) ?? 10
        history.append("block for \(wait)")
        model.blockedUntil = max(model.blockedUntil, test.clock.now + wait)
        try await test.block(for: .milliseconds(wait))
        return true
    }

    /// Redis forgets everything, and is told what Postgres knows: the bucket starts empty, the slots of what is being
    /// sent are taken.
    private mutating func wipe() async throws -> Bool {
        history.append("wipe")
        heal()
        try await test.queue.clear(.email)
        try await test.redis("DEL", test.key("bucket:p"), test.key("slots:p"), test.key("circuit:p"))
        epoch += 1
        let now = test.clock.now
        try await test.queue.enqueue(
            line.map { job($0) } + scheduled.map { job($0, delay: $1 - now) }, on: .email)
        let sending = claims.map { job($0.job.number, delay: $0.end - now) }
        for _ in 0..<2 {
            try await test.queue.enqueue(sending, on: .email)
            try await test.queue.occupy(sending, on: .email, fanOut: model.fanOut)
        }
        try await test.queue.open(.email, epoch: epoch)
        (model.credit, model.blockedUntil, model.turn, model.circuit) = (0, 0, 0, CircuitModel())
        model.slots = [:]
        for claim in claims {
            let number = claim.job.number
            model.slots[number] = (model.calls(costs[number] ?? 1), claim.end)
            scheduled[number] = claim.end
        }
        stale += claims.map(\.job)
        claims = []
        return true
    }

    /// By how many tokens the worst of all windows exceeds what it may have.
    private var worstWindow: Int64 {
        let draws = draws.values.sorted { $0.at < $1.at }
        var worst = Int64.min
        for first in draws.indices {
            var tokens: Int64 = 0
            for draw in draws[first...] {
                tokens += draw.tokens
                let allowed = model.burst + (draw.at - draws[first].at) * 1000 / model.interval
                worst = max(worst, tokens - allowed)
            }
        }
        return worst
    }
}
