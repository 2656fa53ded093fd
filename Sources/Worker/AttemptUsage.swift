import Notifications
import Queue

/// What an attempt took from its provider's limits, and what the provider said about them.
struct AttemptUsage {
    /// Calls that were made.
    var calls = 0
    /// Tokens that each cost: more than one where an SMS goes in segments.
    var callCost = 1
    /// Set when the provider told us to slow down.
    var block: ProviderBlock?
    /// What they came to, for the provider's circuit.
    var results: ProviderCalls?

    /// What it cost.
    var tokens: Int { calls * callCost }

    /// No call was made.
    init() {}

    /// - Parameters:
    ///   - outcomes: by target.
    ///   - time: all calls together.
    init(
        _ outcomes: [String: DeliveryOutcome], took time: Duration, of job: ClaimedJob, by provider: any Provider,
        policy: RetryPolicy
    ) {
        // What was not begun is no call, and its being put off not the provider's word.
        let calls = outcomes.values.filter { $0.failure != .permitEnding && $0.failure != .endpointUnavailable }
        self.calls = calls.count
        var results = ProviderCalls(of: job, by: provider.name, speakForAll: provider.slowsDownAsOne)
        for health in calls.compactMap(\.providerHealth) { results.add(health) }
        results.took = time
        self.results = results
        let waits = calls.compactMap { if case .throttled(let wait, _) = $0 { wait } else { nil } }
        guard provider.slowsDownAsOne, let wait = waits.max() else { return }
        block = ProviderBlock(route: job.route, provider: provider.name, wait: max(wait, policy.throttleFloor))
    }
}

extension DeliveryFailure {
    /// The attempt was put off because its permit would not have lasted.
    static let permitEnding = DeliveryFailure(
        code: "permitEnding", detail: "The permit would have ended in the call.")
}
