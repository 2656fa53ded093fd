import Logging
import Notifications
import Queue
import Telemetry

/// Asks before a call whether its endpoint is well enough, by what all workers learnt of it, and tells them what became of
/// it.
struct EndpointDoor: Sendable {
    enum Answer {
        /// It may be called; what becomes of it is to be added to these.
        case open(ProviderCalls)
        /// It is to be left alone until then.
        case closed(Duration)
    }

    let queue: DeliveryQueue
    let lease: Duration
    let circuits: CircuitPolicy
    let metrics: WorkerMetrics
    let logger: Logger

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

    /// What cannot be told is made up for by the next calls.
    func tell(_ calls: [ProviderCalls]) async {
        for change in (try? await queue.report(calls, policy: circuits)) ?? [] { note(change) }
    }

    /// Its owner's affair, and so not a warning. Which one it is stands in the documents, not in logs.
    private func note(_ change: CircuitChange) {
        let metadata: Logger.Metadata = [
            "route": "\(change.route.rawValue)", "provider": "\(change.provider)", "failures": "\(change.failed)",
            "count": "\(change.calls)", "milliseconds": "\(change.coolDown.milliseconds)",
        ]
        switch change.word {
        case .opened:
            metrics.endpointOpenings[change.route].add()
            logger.notice("an endpoint's circuit opened", metadata: metadata)
        case .reopened: logger.info("an endpoint's circuit stays open", metadata: metadata)
        case .closed: logger.notice("an endpoint's circuit closed", metadata: metadata)
        }
    }
}
