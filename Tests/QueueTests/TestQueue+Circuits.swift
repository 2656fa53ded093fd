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
