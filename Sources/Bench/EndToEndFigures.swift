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
    /// Of those, the ones by which users are looked up; with the keys' they are all that the API reads to accept.
    var userLookupsPerNotification: Double?
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
            postgresStatementsPerNotification = Double(last.all - first.all) / count
            userLookupsPerNotification = Double(last.userLookups - first.userLookups) / count
        }
        let updates = after.updates - before.updates
        hotShare = updates > 0 ? Double(after.hotUpdates - before.hotUpdates) / Double(updates) : nil
    }
}

extension EndToEndFigures {
    /// Of each figure its median; of losses and duplicates the sum, since one is one too many.
    init(medianOf runs: [EndToEndFigures]) {
        let medians = Medians(of: runs)
        acceptedPerSecond = medians.number(\.acceptedPerSecond) ?? 0
        deliveredPerSecond = medians.number(\.deliveredPerSecond) ?? 0
        acceptMs = medians.percentiles(\.acceptMs)
        pickupMs = medians.percentiles(\.pickupMs)
        residentMiB = medians.byRole(\.residentMiB)
        cpuMicrosPerNotification = medians.byRole(\.cpuMicrosPerNotification)
        redisCommandsPerNotification = medians.number(\.redisCommandsPerNotification) ?? 0
        redisOperationsPerNotification = medians.number(\.redisOperationsPerNotification) ?? 0
        postgresStatementsPerNotification = medians.number(\.postgresStatementsPerNotification)
        userLookupsPerNotification = medians.number(\.userLookupsPerNotification)
        hotShare = medians.number(\.hotShare)
        idleRedisCommandsPerSecond = medians.number(\.idleRedisCommandsPerSecond) ?? 0
        lost = runs.reduce(0) { $0 + $1.lost }
        duplicated = runs.reduce(0) { $0 + $1.duplicated }
        shed = runs.reduce(0) { $0 + $1.shed }
        floorPerSecond = medians.number(\.floorPerSecond) ?? 0
    }
}
