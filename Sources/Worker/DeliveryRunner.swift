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
    let door: EndpointDoor
    let metrics: WorkerMetrics
    let renderer = Renderer()
    let clock: @Sendable () -> Date
    let logger: Logger

    /// - Parameter claimed: the provider that the job was claimed for.
    func run(_ granted: GrantedJob, provider claimed: any Provider) async {
        let permit = granted.permit
        let provider = permit.isSimulated ? configuration.simulator : claimed
        let targets = permit.openTargets
        let message = renderer.message(permit.content, for: permit.route.channel)
        var fanOut = FanOut(guarantee: permit.content.guarantee)
        if targets.count == 1 {
            let call = await deliver(message, to: targets[0], granted, provider)
            fanOut.note(call.outcome, of: targets[0].id, after: call.time, at: call.endpoint)
        } else if !targets.isEmpty {
            fanOut = await deliver(message, to: targets, granted, provider)
        }
        report(fanOut, granted, provider)
        // Before its place is free for another one that might go there too.
        await door.tell(fanOut.endpoints)
    }

    /// Sends to several addresses, so many at once as the delivery has slots.
    private func deliver(
        _ message: Message, to targets: [Target], _ granted: GrantedJob, _ provider: any Provider
    ) async -> FanOut {
        let width = min(configuration.fanOut, granted.job.slots ?? .max)
        return await withTaskGroup(of: (id: String, call: Call)?.self) { group in
            var fanOut = FanOut(guarantee: granted.permit.content.guarantee)
            var next = targets.makeIterator()
            var underWay = 0
            group.addTask { await DeliveryRunner.checkpointIsDue() }
            while true {
                while underWay < width, let target = next.next() {
                    group.addTask { (target.id, await deliver(message, to: target, granted, provider)) }
                    underWay += 1
                }
                guard underWay > 0, let ended = await group.next() else { break }
                if let (id, call) = ended {
                    fanOut.note(call.outcome, of: id, after: call.time, at: call.endpoint)
                    underWay -= 1
                } else if !Task.isCancelled {
                    keep(fanOut.takeDone(), of: granted, provider)
                    group.addTask { await DeliveryRunner.checkpointIsDue() }
                }
            }
            group.cancelAll()
            return fanOut
        }
    }

    private struct Call {
        var outcome: DeliveryOutcome
        var time: Duration = .zero
        /// Whose circuit is to be told of it.
        var endpoint: ProviderCalls?
    }

    private static func checkpointIsDue() async -> (id: String, call: Call)? {
        try? await Task.sleep(for: FanOut.checkpointInterval)
        return nil
    }

    private func deliver(
        _ message: Message, to target: Target, _ granted: GrantedJob, _ provider: any Provider
    ) async -> Call {
        let permit = granted.permit
        var generator = SystemRandomNumberGenerator()
        let attempt = DeliveryAttempt(
            notificationId: permit.notificationId, tenant: permit.tenant, route: permit.route, target: target,
            message: message, number: permit.attempt, round: permit.round, createdAt: permit.createdAt,
            expiresAt: permit.expiresAt, timeout: configuration.timing.callDeadline, fence: permit.fence,
            traceparent: permit.content.trace?.child(using: &generator).traceparent,
            unsubscribeURL: unsubscribeURL(permit, target), envelope: permit.envelope)
        var endpoint: ProviderCalls?
        switch await door.answer(to: attempt, of: granted.job, by: provider) {
        case .closed(let wait):
            metrics.putOff[permit.route].add()
            return Call(outcome: .throttled(after: wait, .endpointUnavailable))
        case .open(let calls): endpoint = calls
        case nil: break
        }
        // Whatever was paused this long may have lost its permit; nothing left yet, so nothing is counted.
        guard ContinuousClock.now < granted.sendBy, !Task.isCancelled else {
            return Call(outcome: .throttled(after: .zero, .permitEnding), endpoint: endpoint)
        }
        if permit.attempt == 1, permit.round == 1 { countWait(of: permit) }
        let start = ContinuousClock.now
        let outcome = await provider.deliver(attempt)
        let time = ContinuousClock.now - start
        metrics.callDurations[provider.name].record(time)
        metrics.calls[
            WorkerMetrics.CallKey(route: permit.route, provider: provider.name, outcome: outcome.name)
        ].add()
        return Call(outcome: outcome, time: time, endpoint: endpoint)
    }

    /// Whoever unsubscribes gets no more marketing, and all else as before: so only marketing offers it.
    private func unsubscribeURL(_ permit: Permit, _ target: Target) -> String? {
        guard permit.content.type == .marketing, case .email(let address) = target.address else { return nil }
        return configuration.unsubscribeURL(address, permit.tenant)
    }

    private func countWait(of permit: Permit) {
        let planned = permit.content.dueTime(of: permit.route.channel, acceptedAt: permit.createdAt)
        let due = permit.channel.failure?.until ?? planned
        metrics.firstCallDelays[permit.content.priority].record(.seconds(clock().timeIntervalSince(due)))
    }

    /// Hands in what is done of an attempt that goes on.
    private func keep(_ done: [String: DeliveryOutcome], of granted: GrantedJob, _ provider: any Provider) {
        if done.isEmpty { return }
        let permit = granted.permit
        reporter.report(
            AttemptRecord(
                permit: permit, decision: .goOn,
                result: RouteResult(permit, soFar: done, provider: provider.name, at: clock()), outcome: nil,
                deadDevices: permit.isSimulated ? [] : OutcomeSummary.dead(done, on: permit.route),
                receiptSource: provider.receiptSource),
            of: granted.job, usage: AttemptUsage())
    }

    private func report(_ fanOut: FanOut, _ granted: GrantedJob, _ provider: any Provider) {
        let (permit, outcomes) = (granted.permit, fanOut.outcomes)
        var generator = SystemRandomNumberGenerator()
        var policy = configuration.policy(for: permit)
        // Its circuit opens, so whoever is next on the route takes it at once.
        if provider.slowsDownAsOne, !permit.isSimulated { policy.authenticationDelay = .zero }
        let verdict =
            outcomes.isEmpty && permit.settledTargets.isEmpty
            ? AttemptVerdict.noAddress
            : AttemptVerdict(
                outcomes: outcomes, settled: permit.settledTargets, number: permit.attempt,
                guarantee: permit.content.guarantee, policy: policy, using: &generator)
        let name = OutcomeSummary.word(for: outcomes.values)
        let news = outcomes.filter { !fanOut.kept.contains($0.key) }
        var usage = AttemptUsage(outcomes, took: fanOut.took, of: granted.job, by: provider, policy: policy)
        usage.callCost = permit.content.cost(on: permit.route, addresses: 1)
        if usage.calls > 0 { log(name, permit, provider, verdict.failure) }
        // The provider that was claimed was not called: it gets its tokens back, and its circuit learns nothing.
        if permit.isSimulated { usage = AttemptUsage() }
        reporter.report(
            AttemptRecord(
                permit: permit, decision: verdict.decision.landing(of: permit),
                result: RouteResult(permit, verdict, fanOut, provider: provider.name, at: clock()), outcome: name,
                deadDevices: permit.isSimulated ? [] : OutcomeSummary.dead(news, on: permit.route),
                isAddressDead: !permit.isSimulated && outcomes.values.contains { $0.name == "invalidRecipient" },
                receiptSource: provider.receiptSource),
            of: granted.job, usage: usage)
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
