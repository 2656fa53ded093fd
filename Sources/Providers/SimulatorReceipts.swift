import Foundation
import Notifications

/// What the simulator tells later about a message: a function of the seed and the message's id.
struct SimulatorReceipts: Sendable {
    let configuration: SimulatorConfiguration

    /// Nil while it is not told yet, for ever where nothing is told.
    func receipts(of messageId: String, at now: Date) -> [Receipt]? {
        guard let latency = configuration.receiptLatency, let id = SimulatorReceipts.notificationId(in: messageId)
        else {
            return nil
        }
        var random = SimulatorPlan.random(configuration.seed, messageId, 0)
        let due = id.version7Date.addingTimeInterval(latency.sample(using: &random).timeInterval)
        if due > now { return nil }
        let failure = DeliveryFailure(code: "bounced", detail: "The simulator was told to have it bounce.")
        if random.nextUnit() < configuration.bounceRate {
            return repeated([Receipt(messageId: messageId, kind: .bounced, failure: failure, at: due)], &random)
        }
        let kinds: [Receipt.Kind] = [.delivered, .opened]
        return repeated(kinds.map { Receipt(messageId: messageId, kind: $0, at: due) }, &random)
    }

    private func repeated(_ receipts: [Receipt], _ random: inout SplitMix64) -> [Receipt] {
        random.nextUnit() < configuration.disorderRate ? (receipts + receipts).reversed() : receipts
    }

    /// `sim_<notification>_<attempt>`, with the address for one of many.
    static func messageId(of attempt: DeliveryAttempt) -> String {
        let address = attempt.route.channel.fansOut ? "_" + attempt.target.id : ""
        return "sim_\(attempt.notificationId.text)_\(attempt.number)\(address)"
    }

    private static func notificationId(in messageId: String) -> UUID? {
        let parts = messageId.split(separator: "_", maxSplits: 2)
        return parts.count == 3 ? UUID(uuidString: String(parts[1])) : nil
    }
}
