import Notifications
import Queue

/// Asks before a call whether its endpoint is well enough, by what all workers learnt of it.
struct EndpointDoor: Sendable {
    enum Answer {
        /// It may be called; what becomes of it is to be added to these.
        case open(ProviderCalls)
        /// It is to be left alone until then.
        case closed(Duration)
    }

    let queue: DeliveryQueue
    let lease: Duration

    /// Knocks; nil where the provider's endpoints are all one.
    func answer(to attempt: DeliveryAttempt, of job: ClaimedJob, by provider: any Provider) async -> Answer? {
        guard let endpoint = provider.endpoint(of: attempt) else { return nil }
        var isProbe = false
        // Where Redis cannot say, it is called: the permit is there, and without Redis no more is claimed.
        switch try? await queue.knock(at: endpoint, of: provider.name, for: job, lease: lease) {
        // Not all at one moment: of those that come before the others, one is the probe.
        case .wait(let wait): return .closed(wait + wait * Double.random(in: 0...1))
        case .come(let isAlone): isProbe = isAlone
        case nil: break
        }
        return .open(ProviderCalls(of: job, by: provider.name, at: endpoint, isProbe: isProbe))
    }
}
