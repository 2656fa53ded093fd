import Foundation

/// The figures of one mode in one run, or the medians over runs. Nil where a server did not say.
struct EndToEndFigures: Sendable {
    /// 202s, by notifications, while the load lasted.
    var acceptedPerSecond = 0.0
    /// Provider calls, from the first request to the last call.
    var deliveredPerSecond = 0.0
    /// From when a request was due to its answer, at 2,000 notifications a second.
    var acceptMs: Percentiles?
    /// From the answer to the provider's call, on an idle system.
    var pickupMs: Percentiles?
    /// The most that was resident, by process.
    var residentMiB: [String: Double] = [:]
    var cpuMicrosPerNotification: [String: Double] = [:]
    var redisCommandsPerNotification = 0.0
    /// With what scripts call.
    var redisOperationsPerNotification = 0.0
    var postgresStatementsPerNotification: Double?
    var hotShare: Double?
    var idleRedisCommandsPerSecond = 0.0
    var lost = 0
    var duplicated = 0
    /// Requests sent away at full speed by a 503.
    var shed = 0
    /// Notifications a second of the plainest SQL, in the same run.
    var floorPerSecond = 0.0

    /// Delivered, as a share of what the plainest SQL writes.
    var floorRatio: Double { floorPerSecond > 0 ? deliveredPerSecond / floorPerSecond : 0 }

    mutating func take(_ phase: Phase, from before: Usage, to after: Usage) {
        let count = Double(max(1, phase.deliveries.count))
        shed = phase.load.shed
        acceptedPerSecond = Double(phase.load.accepted.count) / phase.load.elapsed.seconds
        deliveredPerSecond = phase.deliveredPerSecond
        for (role, usage) in after.processes {
            guard let earlier = before.processes[role] else { continue }
            cpuMicrosPerNotification[role] = (usage.cpu - earlier.cpu).seconds * 1e6 / count
            if role == "api" || role == "worker" {
                residentMiB[role] = Double(usage.peakResidentBytes) / Double(1 << 20)
            }
        }
        redisCommandsPerNotification = Double(after.redisCommands - before.redisCommands) / count
        redisOperationsPerNotification = Double(after.redisOperations - before.redisOperations) / count
        if let first = before.postgresStatements, let last = after.postgresStatements {
            postgresStatementsPerNotification = Double(last - first) / count
        }
        let updates = after.updates - before.updates
        hotShare = updates > 0 ? Double(after.hotUpdates - before.hotUpdates) / Double(updates) : nil
    }
}

extension EndToEndFigures {
    /// Of each figure its median; of losses and duplicates the sum, since one is one too many.
    init(medianOf runs: [EndToEndFigures]) {
        func median(_ value: (EndToEndFigures) -> Double?) -> Double? {
            let values = runs.compactMap(value).sorted()
            return values.isEmpty ? nil : values[values.count / 2]
        }
        func percentiles(_ value: (EndToEndFigures) -> Percentiles?) -> Percentiles? {
            guard let p50 = median({ value($0)?.p50 }), let p95 = median({ value($0)?.p95 }),
                let p99 = median({ value($0)?.p99 })
            else { return nil }
            return Percentiles(p50: p50, p95: p95, p99: p99)
        }
        func byRole(_ value: (EndToEndFigures) -> [String: Double]) -> [String: Double] {
            let roles = Set(runs.flatMap { value($0).keys })
            return Dictionary(uniqueKeysWithValues: roles.map { role in (role, median { value($0)[role] } ?? 0) })
        }
        acceptedPerSecond = median(\.acceptedPerSecond) ?? 0
        deliveredPerSecond = median(\.deliveredPerSecond) ?? 0
        acceptMs = percentiles(\.acceptMs)
        pickupMs = percentiles(\.pickupMs)
        residentMiB = byRole(\.residentMiB)
        cpuMicrosPerNotification = byRole(\.cpuMicrosPerNotification)
        redisCommandsPerNotification = median(\.redisCommandsPerNotification) ?? 0
        redisOperationsPerNotification = median(\.redisOperationsPerNotification) ?? 0
        postgresStatementsPerNotification = median(\.postgresStatementsPerNotification)
        hotShare = median(\.hotShare)
        idleRedisCommandsPerSecond = median(\.idleRedisCommandsPerSecond) ?? 0
        lost = runs.reduce(0) { $0 + $1.lost }
        duplicated = runs.reduce(0) { $0 + $1.duplicated }
        shed = runs.reduce(0) { $0 + $1.shed }
        floorPerSecond = median(\.floorPerSecond) ?? 0
    }
}
