import Documents
import Foundation
import Notifications

/// Puts the outcomes of all addresses of one attempt into the words of its route.
enum OutcomeSummary {
    /// From best to worst for the caller to know: whatever is in doubt counts more than whatever is certain.
    static let order = [
        "unknown", "authentication", "throttled", "retry", "accepted", "invalidRecipient", "rejected",
    ]

    /// The one word for the event log; nil when nothing was tried.
    static func word(for outcomes: some Collection<DeliveryOutcome>) -> String? {
        let names = Set(outcomes.map(\.name))
        return order.first(where: names.contains)
    }

    /// The devices that the provider called dead.
    static func dead(_ outcomes: [String: DeliveryOutcome], on route: Route) -> [DeadDevice] {
        if route.channel != .push { return [] }
        return outcomes.compactMap { id, outcome in
            guard case .invalidRecipient(let failure, let since) = outcome else { return nil }
            return DeadDevice(id: id, since: since, reason: failure)
        }.sorted { $0.id < $1.id }
    }
}

extension AttemptVerdict.Decision {
    /// A success on a route has that route's own word: `unread` in the inbox, `sent` elsewhere.
    func landing(on route: Route) -> Self {
        self == .settle(.sent, deadLetter: false) ? .settle(route.acceptedStatus, deadLetter: false) : self
    }

    /// What an endpoint was not told it can have told once more: it needs no dead letter.
    func landing(of permit: Permit) -> Self {
        if permit.content.endpointMessage != nil, case .settle(let status, _) = self {
            return .settle(status, deadLetter: false)
        }
        return landing(on: permit.route)
    }
}

extension RouteResult {
    /// What an attempt says about its route; without outcomes none was made, and nobody is named for it.
    /// What was kept before is not said again.
    init(_ permit: Permit, _ verdict: AttemptVerdict, _ fanOut: FanOut, provider: String, at: Date) {
        let outcomes = fanOut.outcomes
        let status: DeliveryStatus =
            switch verdict.decision.landing(on: permit.route) {
            case .settle(let status, _): status
            // What was scheduled stays so, or the reason of this wait would count less than that of the one before.
            case .retry, .goOn: permit.channel.status == .scheduled ? .scheduled : .pending
            }
        let news = verdict.targets.filter { !fanOut.kept.contains($0.key) }
        var targets = permit.states(news, outcomes, provider: provider)
        if !status.isOpen { targets.merge(permit.goneTargets) { tried, _ in tried } }
        self.init(
            route: permit.route, standing: Standing(round: permit.round, status: status),
            attempts: outcomes.isEmpty ? permit.attempt - 1 : permit.attempt,
            provider: outcomes.isEmpty ? nil : provider,
            providerMessageId: permit.route.channel.fansOut ? nil : outcomes.values.first?.providerMessageId,
            failure: verdict.failure, targets: targets, at: at)
    }

    /// What is done of an attempt that goes on, and that the other devices are waited for; the route stays as it is.
    init(_ permit: Permit, soFar done: [String: DeliveryOutcome], provider: String, at: Date) {
        let statuses = done.mapValues { AttemptVerdict.status(of: $0, guarantee: permit.content.guarantee) }
        let pending = Standing(round: permit.round, status: .pending)
        var targets = permit.states(statuses, done, provider: provider)
        for target in permit.openTargets where done[target.id] == nil {
            targets[target.id] = TargetState(standing: pending, attempts: permit.attempt - 1)
        }
        self.init(
            route: permit.route, standing: pending, attempts: permit.attempt, provider: provider,
            failure: permit.channel.failure, targets: targets, at: at)
    }
}

extension Permit {
    /// What an attempt made of its targets; nothing where the route's channel has one address.
    fileprivate func states(
        _ statuses: [String: DeliveryStatus], _ outcomes: [String: DeliveryOutcome], provider: String
    ) -> [String: TargetState] {
        if !route.channel.fansOut { return [:] }
        return Dictionary(
            uniqueKeysWithValues: statuses.map { id, status in
                let state = TargetState(
                    standing: Standing(round: round, status: status), provider: provider,
                    providerMessageId: outcomes[id]?.providerMessageId, attempts: attempt,
                    failure: status.isSuccess ? nil : outcomes[id]?.failure)
                return (id, state)
            })
    }
}

extension DeliveryOutcome {
    fileprivate var providerMessageId: String? { if case .accepted(let id) = self { id } else { nil } }
}
