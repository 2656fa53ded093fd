import Foundation
import Notifications
import Queue

/// How exactly many workers keep one provider's rate between them.
struct RatePart {
    static let limits = ProviderLimits(ratePerSecond: 1000)

    let site: QueueSite
    let workers: Int
    let duration: Duration

    func measure() async throws -> QueueFigures {
        try await site.reset(paused: true)
        let prober = Prober(site: site)
        let jobs = Int((RatePart.limits.ratePerSecond ?? 0) * (duration.seconds + 3))
        for start in stride(from: 0, to: jobs, by: DeliveryQueue.batchLimit) {
            let probes = (start..<min(jobs, start + DeliveryQueue.batchLimit)).map { _ in
                QueuedDelivery(id: Probe.makeId(), tenant: "bench", priority: .medium, cost: 1, delay: .zero)
            }
            try await site.queue.enqueue(probes, on: QueueSite.route)
        }
        var journal = DeliveryJournal(path: prober.journalPath, fromEnd: true)
        try await site.withWorkers(workers, journal: prober.journalPath, limits: RatePart.limits) { _ in
            try await site.resume()
            try await Task.sleep(for: duration)
        }
        return RatePart.figures(try journal.read().map { $0.at.timeIntervalSince1970 }, RatePart.limits)
    }

    /// - Parameter moments: in seconds, of the handlers' beginnings.
    static func figures(_ moments: [Double], _ limits: ProviderLimits) -> QueueFigures {
        let sorted = moments.sorted()
        guard let rate = limits.ratePerSecond, let first = sorted.first, let last = sorted.last, last > first else {
            return [:]
        }
        var (most, start) = (0, 0)
        for (place, moment) in sorted.enumerated() {
            while moment - sorted[start] >= 1 { start += 1 }
            most = max(most, place - start + 1)
        }
        return [
            "rateMeanRatio": Double(sorted.count - 1) / (last - first) / rate,
            "rateWorstSecond": Double(most) / (rate + Double(limits.burst)),
        ]
    }
}
