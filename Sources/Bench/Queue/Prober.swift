import Foundation
import Notifications
import Queue

/// Enqueues single jobs at a pace and finds in the workers' journal how long each took to its handler.
struct Prober {
    let site: QueueSite

    var journalPath: String { "\(site.folder)/journal" }

    /// - Parameter tenant: of the n-th probe.
    /// - Returns: ms from the call that enqueued each probe to its handler.
    func probe(
        _ count: Int, every pause: Duration, priority: Priority = .medium,
        tenant: (Int) -> String = { _ in "probe" }
    ) async throws -> [Double] {
        var journal = DeliveryJournal(path: journalPath, fromEnd: true)
        let start = ContinuousClock.now
        var sent: [UUID: Date] = [:]
        for number in 0..<count {
            // At its own pace: a probe that waits long does not hold up the next one.
            try await Task.sleep(until: start + pause * number, tolerance: .zero)
            let id = Probe.makeId()
            sent[id] = .now
            try await site.queue.enqueue(
                [QueuedDelivery(id: id, tenant: tenant(number), priority: priority, cost: 1, delay: .zero)],
                on: QueueSite.route)
        }
        var waits: [Double] = []
        try await site.eventually("the probes to be handled", atMost: .seconds(60)) {
            for entry in try journal.read() {
                guard let at = sent.removeValue(forKey: entry.notificationId) else { continue }
                waits.append(entry.at.timeIntervalSince(at) * 1000)
            }
            return sent.isEmpty
        }
        return waits
    }
}

extension Percentiles {
    func figures(_ name: String) -> QueueFigures {
        ["\(name).p50": p50, "\(name).p95": p95, "\(name).p99": p99]
    }
}
