import Documents
import Foundation
import Notifications

extension Permit {
    /// What a worker reports when the delivery is done.
    func settled(
        _ status: DeliveryStatus = .sent, failure: DeliveryFailure? = nil, at moment: Date = Sample.moment,
        deadDevices: [String] = [], since: Date? = nil, receipts: ReceiptSource = .none
    ) -> AttemptRecord {
        AttemptRecord(
            permit: self, decision: .settle(status, deadLetter: status == .failed),
            result: result(status, failure: failure, at: moment), outcome: status == .sent ? "accepted" : "rejected",
            deadDevices: deadDevices.map { DeadDevice(id: $0, since: since, reason: Report.refused) },
            receiptSource: receipts)
    }

    /// What a worker reports when the delivery is to be tried again.
    func postponed(
        after wait: Duration, spendsAttempt: Bool = true, failure: DeliveryFailure = Report.busy
    ) -> AttemptRecord {
        AttemptRecord(
            permit: self, decision: .retry(after: wait, spendsAttempt: spendsAttempt),
            result: result(.pending, failure: failure), outcome: spendsAttempt ? "retry" : "throttled")
    }

    /// What was learnt about the route, for each of its targets where it has several.
    func result(
        _ status: DeliveryStatus, failure: DeliveryFailure? = nil, at moment: Date = Sample.moment
    ) -> RouteResult {
        let standing = Standing(round: round, status: status)
        let targets = recipient.targets(on: route).map { target in
            let state = TargetState(
                standing: standing, provider: "simulator", providerMessageId: "m-\(target.id)", attempts: attempt,
                failure: failure)
            return (target.id, state)
        }
        let fansOut = route.channel.fansOut
        return RouteResult(
            route: route, standing: standing, attempts: attempt, provider: "simulator",
            providerMessageId: fansOut ? nil : "m-\(attempt)", failure: failure,
            targets: fansOut ? Dictionary(uniqueKeysWithValues: targets) : [:], at: moment)
    }
}

enum Report {
    static let busy = DeliveryFailure(code: "busy", detail: "The provider is busy.")
    static let refused = DeliveryFailure(code: "refused", detail: "The provider refuses it.")
}
