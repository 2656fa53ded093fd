import Foundation

/// One stretch of load and what was delivered of it.
struct Phase {
    var load: Load.Outcome
    var deliveries: [DeliveryJournal.Entry]
    var start: Date

    /// From the first request to the last delivery.
    var deliveredPerSecond: Double {
        guard let last = deliveries.map(\.at).max() else { return 0 }
        return Double(deliveries.count) / last.timeIntervalSince(start)
    }

    /// From the answer to the provider's call, in milliseconds; 0 where the call came first.
    var pickups: Percentiles? {
        let answered = Dictionary(load.accepted.map { ($0.id, $0.answeredAt) }, uniquingKeysWith: { first, _ in first })
        return Percentiles(
            deliveries.compactMap { delivery in
                answered[delivery.notificationId].map { max(0, delivery.at.timeIntervalSince($0) * 1000) }
            })
    }
}

/// Accepted against delivered.
struct Verdict: Hashable {
    /// Accepted and never delivered.
    var lost: Int
    /// Deliveries beyond the first of a notification.
    var duplicated: Int

    init(accepted: [UUID], delivered: [UUID]) {
        let once = Set(delivered)
        lost = Set(accepted).subtracting(once).count
        duplicated = delivered.count - once.count
    }
}
