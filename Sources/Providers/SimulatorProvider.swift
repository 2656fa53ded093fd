public import Foundation
public import Notifications

/// A provider without an account: takes messages of any route and answers as badly as it is told to.
public struct SimulatorProvider: Provider {
    public let name: String
    private let configuration: SimulatorConfiguration
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date
    private let onAccept: @Sendable (SimulatorAccept) -> Void
    private let journal: SimulatorJournal?

    /// - Parameter onAccept: called at the moment of acceptance, before the answer.
    public init(
        name: String = "simulator", configuration: SimulatorConfiguration,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { .now },
        onAccept: @escaping @Sendable (SimulatorAccept) -> Void = { _ in }
    ) throws(ProvidersError) {
        self.name = name
        self.configuration = configuration
        self.clock = clock
        self.now = now
        self.onAccept = onAccept
        if let path = configuration.journal { journal = try SimulatorJournal(path: path) } else { journal = nil }
    }

    public var receiptSource: ReceiptSource {
        // The clerk comes by every few seconds; what is not due then it asks for again.
        configuration.receiptLatency == nil ? .none : .polled(after: .zero)
    }

    public func receipts(of messageIds: [String]) async -> [Receipt] {
        let receipts = SimulatorReceipts(configuration: configuration)
        let now = now()
        return messageIds.flatMap { receipts.receipts(of: $0, at: now) ?? [] }
    }

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        var plan = SimulatorPlan(
            configuration, idempotencyKey: attempt.idempotencyKey, number: attempt.number, period: period)
        SimulatedDevice(attempt.target)?.change(
            &plan, number: attempt.number, age: now().timeIntervalSince(attempt.createdAt),
            retryAfter: configuration.retryAfter)
        let silence = plan.answer == .acceptThenTimeout ? configuration.silence ?? attempt.timeout : nil
        let wait = min(silence ?? plan.latency, attempt.timeout)
        let isAnswered = silence == nil && plan.latency < attempt.timeout
        if plan.accepts { note(attempt, isAnswered: isAnswered) }
        do {
            if wait > .zero { try await clock.sleep(for: wait) }
        } catch {
            return .unknown(DeliveryFailure(code: "cancelled", detail: "Given up before the simulator answered."))
        }
        guard isAnswered else {
            return .unknown(DeliveryFailure(code: "timeout", detail: "The simulator did not answer in time."))
        }
        return answer(plan.answer, to: attempt)
    }

    private var period: Int { Int(now().timeIntervalSince1970 / max(0.001, configuration.retryAfter.timeInterval)) }

    private func note(_ attempt: DeliveryAttempt, isAnswered: Bool) {
        let accept = SimulatorAccept(
            at: now(), route: attempt.route, notificationId: attempt.notificationId, targetId: attempt.target.id,
            idempotencyKey: attempt.idempotencyKey, attempt: attempt.number, fence: attempt.fence,
            isAnswered: isAnswered)
        journal?.append(accept)
        onAccept(accept)
    }

    private func answer(_ answer: SimulatorPlan.Answer, to attempt: DeliveryAttempt) -> DeliveryOutcome {
        func failure(_ code: String) -> DeliveryFailure {
            DeliveryFailure(code: code, detail: "The simulator was told to fail this attempt.")
        }
        return switch answer {
        case .accept, .acceptThenTimeout:
            .accepted(providerMessageId: SimulatorReceipts.messageId(of: attempt))
        case .retry: .retry(after: nil, failure("unavailable"))
        case .throttle: .throttled(after: configuration.retryAfter, failure("throttled"))
        case .refuse: .authentication(failure("refused"))
        case .reject: .rejected(failure("rejected"))
        case .invalidRecipient: .invalidRecipient(failure("gone"))
        }
    }
}
