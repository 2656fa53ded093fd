import Notifications
import Queue

extension TestQueue {
    /// Reports calls that were made for a job, else under a claim of just now.
    /// - Returns: what became of the circuit; nil when nothing did.
    @discardableResult
    func report(
        _ job: ClaimedJob? = nil, well: Int = 0, failed: Int = 0, refused: Int = 0, took: Duration = .zero,
        by provider: String = "p", speakForAll: Bool = true
    ) async throws -> CircuitChange? {
        let recent = ClaimedJob(id: Self.id(0), route: .email, token: clock.now * 4096)
        var calls = ProviderCalls(of: job ?? recent, by: provider, speakForAll: speakForAll)
        (calls.well, calls.failed, calls.refused, calls.took) = (well, failed + refused, refused, took)
        return try await queue.report([calls]).first
    }

    /// Knocks at an endpoint of the provider `p`, for a job that was claimed just now.
    func knock(at endpoint: String = "e", _ number: Int = 0) async throws -> (answer: KnockAnswer, job: ClaimedJob) {
        let job = ClaimedJob(id: Self.id(number), route: .email, token: clock.now * 4096 + Int64(number))
        return (try await queue.knock(at: endpoint, of: "p", for: job, lease: Self.lease), job)
    }

    /// The job that is let through to an open circuit's endpoint.
    func probe(at endpoint: String, _ number: Int = 0) async throws -> ClaimedJob {
        let (answer, job) = try await knock(at: endpoint, number)
        guard answer == .come(isProbe: true) else { throw UnexpectedAnswer() }
        return job
    }

    /// Reports calls of an endpoint that were made for a job, else under a claim of just now.
    @discardableResult
    func report(
        at endpoint: String, _ job: ClaimedJob? = nil, isProbe: Bool = false, well: Int = 0, failed: Int = 0,
        refused: Int = 0, took: Duration = .zero
    ) async throws -> CircuitChange? {
        let recent = ClaimedJob(id: Self.id(0), route: .email, token: clock.now * 4096)
        var calls = ProviderCalls(of: job ?? recent, by: "p", at: endpoint, isProbe: isProbe)
        for _ in 0..<well { calls.add(.well) }
        for _ in 0..<failed { calls.add(.failing) }
        for _ in 0..<refused { calls.add(.refusing) }
        calls.took = took
        return try await queue.report([calls], policy: CircuitPolicy().ofEndpoints).first
    }

    /// Makes the circuit of a provider open, for five seconds.
    func trip(_ provider: String = "p") async throws {
        guard try await report(failed: 10, by: provider)?.word == .opened else { throw UnexpectedAnswer() }
    }

    /// The job that a claim for the provider alone must grant as a probe.
    func probe(_ provider: String = "p") async throws -> ClaimedJob {
        let answer = try await queue.claim(
            on: .email, epoch: Self.epoch, limit: 64, lease: Self.lease, providers: [provider])
        guard case .jobs(let jobs, provider: provider, next: _) = answer, jobs.map(\.probed) == [provider] else {
            throw UnexpectedAnswer()
        }
        return jobs[0]
    }

    /// Nil where Redis holds nothing of the provider.
    func circuit(of provider: String = "p") async throws -> [String: String]? {
        try await state().circuits[provider]
    }
}
