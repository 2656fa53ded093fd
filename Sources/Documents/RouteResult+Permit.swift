public import Foundation
public import Notifications

extension RouteResult {
    /// What Postgres decided without an attempt: the end of whatever is still open. Devices that were reached before
    /// keep what they have, and so does the route.
    public init(_ permit: Permit, over status: DeliveryStatus, _ failure: DeliveryFailure?, at: Date) {
        let best = permit.settledTargets.reduce(Standing(status: status)) { $0.merged(with: Standing(status: $1)) }
            .status
        var targets: [String: TargetState] = [:]
        if permit.route.channel.fansOut {
            targets = permit.goneTargets
            for target in permit.openTargets {
                targets[target.id] = TargetState(
                    standing: Standing(round: permit.round, status: status), attempts: permit.attempt, failure: failure)
            }
        }
        self.init(
            route: permit.route, standing: Standing(round: permit.round, status: best), attempts: permit.attempt,
            failure: best.isSuccess ? nil : failure, targets: targets, at: at)
    }

    /// What waits for a time, without an attempt.
    init(_ permit: Permit, waiting reason: DeliveryFailure, at: Date) {
        self.init(
            route: permit.route, standing: Standing(round: permit.round, status: .scheduled),
            attempts: permit.attempt, failure: reason, at: at)
    }
}
