/// What follows from one attempt at a route: a pure function of its outcomes.
///
///     all targets done ──────────────▶ settle (sent) or dead-letter (failed, unknown)
///     some to be tried again ────────▶ retry, unless the attempts are used up
///     … and the attempts are used up ▶ those targets fail; settle or dead-letter
public struct AttemptVerdict: Sendable, Hashable {
    public enum Decision: Sendable, Hashable {
        /// The route is done with this status. `deadLetter` keeps what was given up for somebody to look at.
        case settle(DeliveryStatus, deadLetter: Bool)
        /// Again after this wait. `spendsAttempt` is false when all there was to it was waiting.
        case retry(after: Duration, spendsAttempt: Bool)
        /// Not over yet: these are results that are kept before the others are known.
        case goOn
    }

    public var decision: Decision
    /// The new status of each target that was tried.
    public var targets: [String: DeliveryStatus]
    /// What to show as the route's error; nil once it is a success.
    public var failure: DeliveryFailure?

    /// The route's last address went away before it was its turn.
    public static let noAddress = AttemptVerdict(
        decision: .settle(.skipped, deadLetter: false), targets: [:], failure: .noAddress)

    private init(decision: Decision, targets: [String: DeliveryStatus], failure: DeliveryFailure?) {
        self.decision = decision
        self.targets = targets
        self.failure = failure
    }

    /// - Parameters:
    ///   - outcomes: what the targets tried now came to, by target id.
    ///   - settled: the statuses of the route's targets that were done before.
    ///   - number: this attempt's number, from 1.
    public init(
        outcomes: [String: DeliveryOutcome], settled: [DeliveryStatus] = [], number: Int,
        guarantee: DeliveryGuarantee, policy: RetryPolicy, using random: inout some RandomNumberGenerator
    ) {
        let statuses = outcomes.mapValues { AttemptVerdict.status(of: $0, guarantee: guarantee) }
        let open = outcomes.filter { statuses[$0.key] == .pending }.map(\.value)
        targets = statuses
        failure = outcomes.sorted { $0.key < $1.key }.lazy.compactMap(\.value.failure).first
        let spendsAttempt = open.contains(where: AttemptVerdict.spendsAttempt)

        if !open.isEmpty, !spendsAttempt || number < policy.maximumAttempts {
            let delays = open.map { AttemptVerdict.delay(after: $0, number: number, policy: policy, using: &random) }
            decision = .retry(after: delays.max() ?? .zero, spendsAttempt: spendsAttempt)
            return
        }
        for (id, status) in targets where status == .pending { targets[id] = .failed }
        let best = (Array(targets.values) + settled).map { Standing(status: $0) }.max()?.status ?? .failed
        if best.isSuccess { failure = nil }
        decision = .settle(best, deadLetter: best.isGivenUp)
    }

    /// What an outcome makes of its target; `pending` when it is to be tried again.
    public static func status(of outcome: DeliveryOutcome, guarantee: DeliveryGuarantee) -> DeliveryStatus {
        switch outcome {
        case .accepted: .sent
        case .rejected, .invalidRecipient: .failed
        case .unknown: guarantee == .atMostOnce ? .unknown : .pending
        case .retry, .throttled, .authentication: .pending
        }
    }

    private static func spendsAttempt(_ outcome: DeliveryOutcome) -> Bool {
        switch outcome {
        case .throttled, .authentication: false
        case .accepted, .retry, .rejected, .invalidRecipient, .unknown: true
        }
    }

    private static func delay(
        after outcome: DeliveryOutcome, number: Int, policy: RetryPolicy, using random: inout some RandomNumberGenerator
    ) -> Duration {
        switch outcome {
        case .throttled(let after, _): min(max(after, policy.throttleFloor), policy.cap)
        case .retry(let after?, _): min(after, policy.cap)
        case .authentication: policy.authenticationDelay
        default: policy.delay(afterAttempt: number, using: &random)
        }
    }
}
