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

    /// The addresses that the provider called dead.
    static func dead(_ outcomes: [String: DeliveryOutcome]) -> [String] {
        outcomes.filter { if case .invalidRecipient = $0.value { true } else { false } }.map(\.key).sorted()
    }
}

extension AttemptVerdict.Decision {
    /// A success on a route has that route's own word: `unread` in the inbox, `sent` elsewhere.
    func landing(on route: Route) -> Self {
        self == .settle(.sent, deadLetter: false) ? .settle(route.acceptedStatus, deadLetter: false) : self
    }
}

extension RouteResult {
    /// What an attempt says about its route; without outcomes none was made, and nobody is named for it.
    init(
        _ permit: Permit, _ verdict: AttemptVerdict, _ outcomes: [String: DeliveryOutcome], provider: String, at: Date
    ) {
        let status: DeliveryStatus =
            switch verdict.decision.landing(on: permit.route) {
            case .settle(let status, _): status
            case .retry: .pending
            }
        let messageIds = outcomes.compactMapValues { outcome -> String? in
            if case .accepted(let id) = outcome { id } else { nil }
        }
        var targets: [String: TargetState] = [:]
        if permit.route.channel.fansOut {
            for (id, status) in verdict.targets {
                targets[id] = TargetState(
                    standing: Standing(round: permit.round, status: status), provider: provider,
                    providerMessageId: messageIds[id], attempts: permit.attempt,
                    failure: status.isSuccess ? nil : outcomes[id]?.failure)
            }
        }
        self.init(
            route: permit.route, standing: Standing(round: permit.round, status: status),
            attempts: outcomes.isEmpty ? permit.attempt - 1 : permit.attempt,
            provider: outcomes.isEmpty ? nil : provider,
            providerMessageId: permit.route.channel.fansOut ? nil : messageIds.values.first,
            failure: verdict.failure, targets: targets, at: at)
    }
}
