import Notifications
import Queue

/// For a single provider `p` with limits.
extension TestQueue {
    func claim(
        _ limits: ProviderLimits, _ limit: Int = 64, epoch: Int64 = epoch, fanOut: Int = 1
    ) async throws -> ClaimAnswer {
        try await queue.claim(
            on: .email, epoch: epoch, limit: limit, lease: Self.lease, providers: ["p"], limits: ["p": limits],
            fanOut: fanOut)
    }

    /// The jobs that a claim must grant.
    func granted(_ limits: ProviderLimits, _ limit: Int = 64, fanOut: Int = 1) async throws -> [ClaimedJob] {
        guard case .jobs(let jobs, provider: "p", next: _) = try await claim(limits, limit, fanOut: fanOut) else {
            throw UnexpectedAnswer()
        }
        return jobs
    }

    func usage(_ limits: ProviderLimits, of name: String = "p") async throws -> ProviderUsage {
        try await queue.usage(of: [(.email, LimitedProvider(name: name, limits: limits))])[0]
    }

    /// Lets a bucket become known and run full.
    func fill(_ limits: ProviderLimits, of name: String = "p") async throws {
        _ = try await usage(limits, of: name)
        clock.advance(Int64((Double(limits.burst) * limits.microsecondsPerToken / 1000).rounded(.up)))
    }

    /// As a provider that answers 429.
    func block(_ name: String = "p", for wait: Duration) async throws {
        try await queue.end([], blocking: [ProviderBlock(route: .email, provider: name, wait: wait)])
    }
}
