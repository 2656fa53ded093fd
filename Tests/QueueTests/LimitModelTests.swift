import Notifications
import Queue
import TestSupport
import Testing

/// Random claims, endings and waits against a bucket in the plainest terms: never more than it allows, never less.
@Suite struct LimitModelTests {
    @Test(arguments: 0..<8) func claimsGrantWhatTheBucketAndTheSlotsAllow(chunk: UInt64) async throws {
        var draws = 0
        for seed in chunk * 10..<(chunk + 1) * 10 {
            try await withQueue { test in
                var run = LimitRun(test: test, seed: seed)
                try await run.start()
                for step in 0..<80 {
                    try await run.step()
                    guard run.problem == nil else {
                        Issue.record("seed \(seed), step \(step): \(run.problem ?? "") \(run.history.suffix(6))")
                        return
                    }
                }
                draws += run.draws.count
                #expect(run.worstWindow <= 0, "seed \(seed): a window had more than burst + its length times the rate")
            }
        }
        #expect(draws > 100, "granted next to nothing")
    }
}

/// Microseconds of credit, so that all of it is whole numbers.
private struct ReferenceBucket {
    let interval: Int64
    let burst: Int64
    var credit: Int64 = 0

    mutating func gain(_ microseconds: Int64) { credit = min(burst * interval, credit + microseconds) }

    func bears(_ cost: Int64) -> Bool { credit >= min(cost, burst) * interval }
}

/// One sequence: jobs in one line, so that it is known which is next.
private struct LimitRun {
    let test: TestQueue
    var random: SeededGenerator
    let limits: ProviderLimits
    let fanOut: Int
    var bucket: ReferenceBucket
    /// Those ready in their order, with their costs.
    var line: [(number: Int, cost: Int64)] = []
    /// Those claimed: what they cost, until when, and since when; under a cap they say what slots they hold.
    var claims: [(job: ClaimedJob, cost: Int64, end: Int64, at: Int64)] = []
    /// When something was drawn and how much of it was not given back.
    var draws: [Int64: (at: Int64, tokens: Int64)] = [:]
    var costs: [Int: Int64] = [:]
    var count = 0
    var history: [String] = []
    var problem: String?

    init(test: TestQueue, seed: UInt64) {
        self.test = test
        random = SeededGenerator(seed: seed)
        let interval = [5000, 20_000, 100_000].randomElement(using: &random) ?? 5000
        let burst = [1, 4, 9, 30].randomElement(using: &random) ?? 1
        limits = ProviderLimits(
            ratePerSecond: 1_000_000 / Double(interval), burst: burst,
            maxConcurrent: [nil, 3, 10].randomElement(using: &random) ?? nil)
        fanOut = [1, 2, 5].randomElement(using: &random) ?? 1
        bucket = ReferenceBucket(interval: Int64(interval), burst: Int64(burst))
    }

    /// The bucket becomes known, and is empty.
    mutating func start() async throws { _ = try await test.usage(limits) }

    mutating func step() async throws {
        switch Int.random(in: 0...9, using: &random) {
        case 0...1: try await enqueue()
        case 2...5: try await claim()
        case 6...7: try await end()
        default:
            let step = Int64([1, 7, 40, 300, 2500, 31_000].randomElement(using: &random) ?? 1)
            history.append("wait \(step)")
            test.clock.advance(step)
            bucket.gain(step * 1000)
        }
        let tokens = max(0, bucket.credit / bucket.interval)
        let usage = try await test.usage(limits)
        if usage.tokens != Int(tokens) { problem = problem ?? "it should have \(tokens) tokens" }
        let taken = limits.maxConcurrent.map { _ in slotsTaken }
        if usage.inFlight != taken { problem = problem ?? "\(usage.inFlight ?? -1) calls, not \(taken ?? -1)" }
        if let taken, let cap = limits.maxConcurrent, taken > cap { problem = problem ?? "more than the cap" }
    }

    private var slotsTaken: Int {
        claims.filter { $0.end > test.clock.now }.reduce(0) { $0 + ($1.job.slots ?? 0) }
    }

    private mutating func enqueue() async throws {
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            count += 1
            let cost = Int64.random(in: 1...min(6, bucket.burst), using: &random)
            try await test.enqueue([count], cost: Int(cost))
            line.append((count, cost))
            costs[count] = cost
        }
    }

    private mutating func claim() async throws {
        // Whoever died is rescued first: the last of them stands at the head.
        let now = test.clock.now
        for dead in claims.filter({ $0.end <= now }).sorted(by: { ($0.end, $0.job.number) < ($1.end, $1.job.number) }) {
            line.insert((dead.job.number, dead.cost), at: 0)
        }
        claims.removeAll { $0.end <= now }
        let most = Int.random(in: 1...6, using: &random)
        var expected: [Int] = []
        var slots: [Int?] = []
        var free = (limits.maxConcurrent ?? .max) - slotsTaken
        while expected.count < most, let (number, cost) = line.first, bucket.bears(cost), free > 0 {
            bucket.credit -= cost * bucket.interval
            expected.append(number)
            slots.append(limits.maxConcurrent == nil ? nil : min(Int(cost), fanOut, free))
            free -= min(Int(cost), fanOut, free)
            line.removeFirst()
        }
        let answer = try await test.claim(limits, most, fanOut: fanOut)
        history.append("claim \(most): \(answer)")
        switch answer {
        case .jobs(let jobs, _, _):
            if jobs.map(\.number) != expected { problem = "granted \(jobs.map(\.number)), not \(expected)" }
            if jobs.map(\.slots) != slots { problem = "with \(jobs.map(\.slots)) slots, not \(slots)" }
            for job in jobs {
                let cost = costs[job.number] ?? 0
                claims.append((job, cost, now + 30_000, now))
                draws[job.token] = (now, cost)
            }
        case .throttled(_, let next):
            if !expected.isEmpty || line.isEmpty { problem = "throttled where \(expected) could go" }
            if next < .milliseconds(50) { problem = "to come back too soon" }
        case .paused, .rebuild: problem = "neither paused nor lost"
        }
    }

    private mutating func end() async throws {
        guard let index = claims.indices.randomElement(using: &random) else { return }
        let claim = claims.remove(at: index)
        let kind = [JobEnding.Kind.settle, .release].randomElement(using: &random) ?? .settle
        let spent =
            kind == .release ? 0 : Bool.random(using: &random) ? nil : Int64.random(in: 0...claim.cost, using: &random)
        let ending = JobEnding(claim.job, kind, spent: spent.map { Int($0) })
        history.append("\(kind) \(claim.job.number) spent \(spent ?? -1)")
        let answer = try await test.queue.end([ending])
        // A lease that ran out is good until somebody notices.
        if answer != [.settled] { problem = "\(answer)" }
        if kind == .release { line.insert((claim.job.number, claim.cost), at: 0) }
        guard let spent else { return }
        draws[claim.job.token]?.tokens = spent
        let unused = (claim.cost - spent) * bucket.interval
        bucket.gain(max(0, unused - (test.clock.now - claim.at) * 1000))
    }

    /// By how many tokens the worst of all windows exceeds what it may have.
    var worstWindow: Int64 {
        let draws = draws.values.sorted { $0.at < $1.at }
        var worst = Int64.min
        for first in draws.indices {
            var tokens: Int64 = 0
            for draw in draws[first...] {
                tokens += draw.tokens
                let allowed = bucket.burst + (draw.at - draws[first].at) * 1000 / bucket.interval
                worst = max(worst, tokens - allowed)
            }
        }
        return worst
    }
}
