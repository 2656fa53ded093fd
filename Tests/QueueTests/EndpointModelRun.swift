import Notifications
import Queue
import Redis
import TestSupport

/// One random sequence of knocks and reports at one endpoint, `e` of the provider `p`.
struct EndpointModelRun {
    private static let steps = 60

    let test: TestQueue
    private let seed: UInt64
    private var random: SeededGenerator
    private var model = CircuitModel(of: CircuitPolicy().ofEndpoints)
    /// Those that may call; of a probe it is noted that it is one.
    private var calls: [ClaimedJob] = []
    private var knocks = 0
    /// What became of the circuit.
    private(set) var changes: Set<CircuitChange.Word> = []
    private var history: [String] = []

    init(test: TestQueue, seed: UInt64) {
        self.test = test
        self.seed = seed
        random = SeededGenerator(seed: seed)
    }

    /// What was the first thing that came otherwise than by the model; nil for nothing.
    mutating func problem() async throws -> String? {
        for step in 0..<Self.steps {
            let isAnswerRight = try await self.step()
            let isUsageRight = try await test.usage(.none, of: "p/e") == usage
            let isBounded = try await test.redis("PTTL", test.key("circuit:p/e")).int != -1
            guard isAnswerRight, isUsageRight, isBounded else {
                let what = isAnswerRight ? isBounded ? "what is known" : "what never expires" : "the answer"
                return "seed \(seed), step \(step): \(what) after \(history.suffix(6).joined(separator: "; "))"
            }
        }
        return nil
    }

    private var usage: ProviderUsage {
        var usage = ProviderUsage(tokens: nil, inFlight: nil, blocked: nil)
        model.show(in: &usage, now: test.clock.now)
        return usage
    }

    private mutating func step() async throws -> Bool {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4: return try await knock()
        case 4..<8: return try await report()
        default:
            let step: Int64 = [1, 40, 2500, 5000, 31_000].randomElement(using: &random) ?? 1
            history.append("wait \(step)")
            test.clock.advance(step)
            return true
        }
    }

    private mutating func knock() async throws -> Bool {
        knocks += 1
        let (answer, job) = try await test.knock(knocks)
        history.append("knock \(knocks): \(answer)")
        if case .come(let isProbe) = answer {
            var job = job
            job.probed = isProbe ? "p" : nil
            calls.append(job)
        }
        return answer == model.knock(job.token, now: test.clock.now, lease: Int64(TestQueue.lease.milliseconds))
    }

    /// Mostly of the latest call, which may be a probe; some are reported on twice, and many at once.
    private mutating func report() async throws -> Bool {
        let latest = Int.random(in: 0..<3, using: &random) > 0 ? calls.last : calls.randomElement(using: &random)
        guard let job = latest else { return true }
        let counts = [(0, 1), (0, 1), (0, 4), (0, 6), (1, 0), (1, 0), (7, 2), (0, 0)]
        let (well, failed) = counts.randomElement(using: &random) ?? (0, 0)
        let took = Int64.random(in: 0...9999, using: &random)
        let change = try await test.report(
            at: "e", job, isProbe: job.probed != nil, well: well, failed: failed, took: .microseconds(took))?.word
        history.append("report \(well) well, \(failed) failed of \(job.number): \(change?.rawValue ?? "same")")
        if let change { changes.insert(change) }
        return change == model.report(job, well: well, failed: failed, microseconds: took, now: test.clock.now)
    }
}
