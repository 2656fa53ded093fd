import LocalServers
import Notifications
import Queue

/// How many jobs a second workers claim and settle, and how many the scripts alone do.
struct SettlePart {
    let site: QueueSite
    let jobs: Int

    func measure() async throws -> QueueFigures {
        var figures = QueueFigures()
        for processes in [1, 2, 4] {
            let usage = try await settle(processes)
            figures["settledPerSecond.\(processes)"] = usage.perSecond
            guard processes == 1 else { continue }
            figures["cpuMicrosPerJob.worker"] = usage.workerMicros
            figures["cpuMicrosPerJob.redis"] = usage.redisMicros
        }
        try await site.reset()
        try await site.fill(jobs)
        let floor = try await ScriptFloor(site: site).settleAll()
        figures["floorSettledPerSecond"] = floor
        figures["floorRatio"] = (figures["settledPerSecond.1"] ?? 0) / floor
        return figures
    }

    struct Outcome {
        var perSecond: Double
        /// Of CPU, for each job.
        var workerMicros: Double?
        var redisMicros: Double?
    }

    /// From when a full queue is opened to waiting workers until it is empty.
    func settle(_ processes: Int, batch: Int = DeliveryQueue.claimLimit) async throws -> Outcome {
        try await site.reset(paused: true)
        try await site.fill(jobs)
        return try await site.withWorkers(processes, batch: batch) { workers in
            let before = usage(workers)
            let start = ContinuousClock.now
            try await site.resume()
            try await site.eventually("the jobs to be settled") { try await site.open == 0 }
            let seconds = (.now - start).seconds
            let after = usage(workers)
            func micros(_ first: Duration?, _ last: Duration?) -> Double? {
                guard let first, let last else { return nil }
                return (last - first).seconds * 1e6 / Double(jobs)
            }
            return Outcome(
                perSecond: Double(jobs) / seconds, workerMicros: micros(before.workers, after.workers),
                redisMicros: micros(before.redis, after.redis))
        }
    }

    private func usage(_ workers: [ChildProcess]) -> (workers: Duration, redis: Duration?) {
        let used = workers.compactMap { ProcessUsage(processIdentifier: $0.processIdentifier)?.cpu }
        return (
            used.reduce(.zero, +), site.redisProcess.flatMap { ProcessUsage(processIdentifier: $0)?.cpu }
        )
    }
}
