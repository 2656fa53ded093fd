import Foundation
import Notifications
import Queue

/// What `--full` adds.
struct FullProfile {
    static let loads = [1, 10, 25, 50, 75, 90]

    let site: QueueSite
    let configuration: QueueBenchmark.Configuration

    func measure() async throws -> QueueFigures {
        var figures = QueueFigures()
        let settle = SettlePart(site: site, jobs: configuration.jobs)
        for batch in [1, 10, 64] {
            figures["settledByBatch.\(batch)"] = try await settle.settle(1, batch: batch).perSecond
        }
        let peak = figures["settledByBatch.64"] ?? 0
        for load in FullProfile.loads {
            let waits = try await underLoad(peak * Double(load) / 100)
            figures["pickupAtLoadMs.\(load).p50"] = waits?.p50
            figures["pickupAtLoadMs.\(load).p99"] = waits?.p99
        }
        figures["latenessMs.p99"] = try await burst()?.p99
        figures["rebuildSeconds.1000000"] = try await rebuild()
        return figures
    }

    func measure(in surroundings: QueueSurroundings) async throws -> QueueFigures {
        let enqueue = EnqueuePart(site: site, duration: configuration.duration)
        let settle = SettlePart(site: site, jobs: configuration.jobs)
        var figures = [
            "enqueuePerSecond": try await enqueue.enqueue(lanes: 2, batch: DeliveryQueue.batchLimit),
            "settledPerSecond": try await settle.settle(1).perSecond,
        ]
        try await site.reset()
        let prober = Prober(site: site)
        let waits = try await site.withWorkers(1, journal: prober.journalPath) { _ in
            try await prober.probe(IdlePart.probes, every: configuration.duration * 2 / IdlePart.probes)
        }
        (figures["pickupMs.p50"], figures["pickupMs.p99"]) = (Percentiles(waits)?.p50, Percentiles(waits)?.p99)
        return Dictionary(uniqueKeysWithValues: figures.map { ("\(surroundings.rawValue).\($0)", $1) })
    }

    /// What Redis does in a rebuild: page after page, as they come from Postgres.
    private func rebuild() async throws -> Double {
        try await site.reset()
        try await site.fill(configuration.backlog)
        let start = ContinuousClock.now
        try await site.queue.clear(QueueSite.route)
        for _ in 0..<configuration.backlog / DeliveryQueue.batchLimit {
            try await site.queue.enqueue(QueueSite.jobs(DeliveryQueue.batchLimit), on: QueueSite.route)
        }
        try await site.queue.open(QueueSite.route, epoch: NoOpWorker.epoch)
        return (.now - start).seconds
    }

    /// Probes while jobs come at a rate, a hundred times a second, whether or not earlier ones are done.
    private func underLoad(_ perSecond: Double) async throws -> Percentiles? {
        try await site.reset()
        let prober = Prober(site: site)
        return try await site.withWorkers(1, journal: prober.journalPath) { _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let start = ContinuousClock.now
                    var sent = 0.0
                    while !Task.isCancelled {
                        let due = (.now - start).seconds * perSecond
                        if due - sent >= 1 {
                            try await site.fill(Int(due - sent))
                            sent += (due - sent).rounded(.down)
                        }
                        try await Task.sleep(for: .milliseconds(10))
                    }
                }
                let waits = try await prober.probe(Int(50 * configuration.duration.seconds), every: .milliseconds(20))
                group.cancelAll()
                return Percentiles(waits)
            }
        }
    }

    /// So many fall due within one second; how late each is handled.
    private func burst() async throws -> Percentiles? {
        try await site.reset()
        let prober = Prober(site: site)
        return try await site.withWorkers(1, journal: prober.journalPath) { _ in
            var journal = DeliveryJournal(path: prober.journalPath, fromEnd: true)
            // Far enough away that all are there before the first is due.
            let first = Date.now.addingTimeInterval(6)
            var due: [UUID: Date] = [:]
            for start in stride(from: 0, to: configuration.jobs / 2, by: DeliveryQueue.batchLimit) {
                let jobs = (start..<start + DeliveryQueue.batchLimit).map { number in
                    let at = first.addingTimeInterval(Double(number) / Double(configuration.jobs / 2))
                    let id = Probe.makeId()
                    due[id] = at
                    return QueuedDelivery(
                        id: id, tenant: "bench", priority: .medium, cost: 1,
                        delay: .milliseconds(Int(at.timeIntervalSinceNow * 1000)))
                }
                try await site.queue.enqueue(jobs, on: QueueSite.route)
            }
            var late: [Double] = []
            try await site.eventually("what fell due to be handled", every: .milliseconds(200)) {
                for entry in try journal.read() {
                    guard let at = due.removeValue(forKey: entry.notificationId) else { continue }
                    late.append(max(0, entry.at.timeIntervalSince(at) * 1000))
                }
                return due.isEmpty
            }
            return Percentiles(late)
        }
    }
}
