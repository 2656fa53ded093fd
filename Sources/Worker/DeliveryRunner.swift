import Documents
import Foundation
import Logging
import Notifications
import Queue
import Telemetry
import Templates

/// Runs one delivery that has its permit: render → send to every open address → decide → report.
struct DeliveryRunner: Sendable {
    let configuration: WorkerConfiguration
    let reporter: OutcomeReporter
    let metrics: WorkerMetrics
    let renderer = Renderer()
    let clock: @Sendable () -> Date
    let logger: Logger

    func run(_ granted: GrantedJob, provider: any Provider) async {
        let permit = granted.permit
        let targets = permit.openTargets
        let width = min(configuration.fanOut, granted.job.slots ?? .max)
        let message = renderer.message(permit.content, for: permit.route.channel)
        let outcomes = await withTaskGroup(of: (String, DeliveryOutcome).self) { group in
            var outcomes: [String: DeliveryOutcome] = [:]
            for (index, target) in targets.enumerated() {
                if index >= width, let (id, outcome) = await group.next() { outcomes[id] = outcome }
                group.addTask {
                    (
                        target.id,
                        await deliver(message, to: target, permit: permit, provider: provider, sendBy: granted.sendBy)
                    )
                }
            }
            for await (id, outcome) in group { outcomes[id] = outcome }
            return outcomes
        }
        report(outcomes, permit: permit, job: granted.job, provider: provider)
    }

    private func deliver(
        _ message: Message, to target: Target, permit: Permit, provider: any Provider, sendBy: ContinuousClock.Instant
    ) async -> DeliveryOutcome {
        // Whatever was paused this long may have lost its permit; nothing left yet, so nothing is counted.
        guard ContinuousClock.now < sendBy, !Task.isCancelled else {
            return .throttled(after: .zero, .permitEnding)
        }
        var generator = SystemRandomNumberGenerator()
        if permit.attempt == 1, permit.round == 1 { countWait(of: permit) }
        let start = ContinuousClock.now
        let outcome = await provider.deliver(
            DeliveryAttempt(
                notificationId: permit.notificationId, tenant: permit.tenant, route: permit.route, target: target,
                message: message, number: permit.attempt, round: permit.round, createdAt: permit.createdAt,
                timeout: configuration.timing.callDeadline, fence: permit.fence,
                traceparent: permit.content.trace?.child(using: &generator).traceparent))
        metrics.callDurations[provider.name].record(ContinuousClock.now - start)
        metrics.calls[
            WorkerMetrics.CallKey(route: permit.route, provider: provider.name, outcome: outcome.name)
        ].add()
        return outcome
    }

    private func countWait(of permit: Permit) {
        let due = permit.content.sendAt ?? permit.createdAt
        metrics.firstCallDelays[permit.content.priority].record(.seconds(clock().timeIntervalSince(due)))
    }

    private func report(
        _ outcomes: [String: DeliveryOutcome], permit: Permit, job: ClaimedJob, provider: any Provider
    ) {
        var generator = SystemRandomNumberGenerator()
        let verdict =
            outcomes.isEmpty && permit.settledTargets.isEmpty
            ? AttemptVerdict.noAddress
            : AttemptVerdict(
                outcomes: outcomes, settled: permit.settledTargets, number: permit.attempt,
                guarantee: permit.content.guarantee, policy: configuration.retryPolicy, using: &generator)
        let name = OutcomeSummary.word(for: outcomes.values)
        if !outcomes.isEmpty { log(name, permit, provider, verdict.failure) }
        reporter.report(
            AttemptRecord(
                permit: permit, decision: verdict.decision.landing(on: permit.route),
                result: RouteResult(permit, verdict, outcomes, provider: provider.name, at: clock()), outcome: name,
                deadDevices: permit.route.channel == .push ? OutcomeSummary.dead(outcomes) : [],
                receiptSource: provider.receiptSource),
            of: job,
            usage: AttemptUsage(outcomes, on: permit.route, by: provider, policy: configuration.retryPolicy))
    }

    /// A success is logged in detail only, being the usual; whatever the caller may ask about is always.
    private func log(_ outcome: String?, _ permit: Permit, _ provider: any Provider, _ failure: DeliveryFailure?) {
        let level: Logger.Level = outcome == "unknown" ? .notice : failure == nil ? .debug : .info
        guard logger.logLevel <= level else { return }
        var metadata = permit.logMetadata
        metadata["provider"] = "\(provider.name)"
        metadata["outcome"] = "\(outcome ?? "none")"
        if let failure { metadata["code"] = "\(failure.code)" }
        logger.log(level: level, "attempt made", metadata: metadata)
    }
}
