import Notifications
import Queue

/// What the addresses of one attempt have come to so far.
///
/// Some answer at once and some after seconds. What is done is kept while the others are waited for, so that a worker
/// that dies meanwhile has sent nothing in doubt but what was under way.
struct FanOut {
    /// How long what is done waits to be kept.
    static let checkpointInterval: Duration = .milliseconds(250)

    let guarantee: DeliveryGuarantee
    private(set) var outcomes: [String: DeliveryOutcome] = [:]
    /// Those that were taken for a checkpoint.
    private(set) var kept: Set<String> = []
    /// How long the calls took together that say something about the provider.
    private(set) var took: Duration = .zero
    /// What became of endpoints that have circuits of their own.
    private(set) var endpoints: [ProviderCalls] = []

    init(guarantee: DeliveryGuarantee) {
        self.guarantee = guarantee
    }

    mutating func note(
        _ outcome: DeliveryOutcome, of id: String, after time: Duration = .zero, at endpoint: ProviderCalls? = nil
    ) {
        outcomes[id] = outcome
        if outcome.providerHealth != nil { took += time }
        if var endpoint {
            if let health = outcome.providerHealth { endpoint.add(health) }
            endpoint.took = time
            endpoints.append(endpoint)
        }
    }

    /// What is done and was not taken before. What is to be tried again waits for the end of the attempt, which says when.
    mutating func takeDone() -> [String: DeliveryOutcome] {
        let done = outcomes.filter { id, outcome in
            !kept.contains(id) && !AttemptVerdict.status(of: outcome, guarantee: guarantee).isOpen
        }
        kept.formUnion(done.keys)
        return done
    }
}
