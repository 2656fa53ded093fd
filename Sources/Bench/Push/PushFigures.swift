/// The figures of one run, or the medians over runs.
struct PushFigures: Sendable {
    /// Requests to APNs, from the first to the answer to the last.
    var sendsPerSecond = 0.0
    /// From the 202 to the answer for the last device, at a pace that everything keeps up with.
    var calmMs: Percentiles?
    /// The same when all is posted as fast as it is taken.
    var lastDeviceMs: Percentiles?
    /// What the stand-in took for an answer.
    var serviceMs: Percentiles?
    /// That carried a request.
    var connections = 0.0
    /// Requests under way at once on one connection, at most.
    var mostStreams = 0.0
    /// The most that was resident, by process.
    var residentMiB: [String: Double] = [:]
    /// With all that the push itself costs, from the POST on.
    var cpuMicrosPerSend: [String: Double] = [:]
    var lost = 0
    var duplicated = 0
    /// Pushes whose document says otherwise.
    var unsaid = 0
}

extension PushFigures {
    /// - Parameters:
    ///   - calm: at a pace.
    ///   - full: as fast as it goes, and what was used before and after it.
    init(calm: PushPhase, full: PushPhase, from before: Usage, to after: Usage) {
        sendsPerSecond = full.sendsPerSecond
        calmMs = calm.lastDeviceMs
        lastDeviceMs = full.lastDeviceMs
        serviceMs = full.serviceMs
        connections = Double(full.connections)
        mostStreams = Double(full.mostStreams)
        for (role, usage) in after.processes {
            guard let earlier = before.processes[role] else { continue }
            cpuMicrosPerSend[role] = (usage.cpu - earlier.cpu).seconds * 1e6 / Double(max(1, full.sends.count))
            if role == "api" || role == "worker" {
                residentMiB[role] = Double(usage.peakResidentBytes) / Double(1 << 20)
            }
        }
        lost = calm.lost + full.lost
        duplicated = calm.duplicated + full.duplicated
        unsaid = calm.unsaid + full.unsaid
    }

    /// Of each figure its median; of what went wrong the sum, since one is one too many.
    init(medianOf runs: [PushFigures]) {
        let medians = Medians(of: runs)
        sendsPerSecond = medians.number(\.sendsPerSecond) ?? 0
        calmMs = medians.percentiles(\.calmMs)
        lastDeviceMs = medians.percentiles(\.lastDeviceMs)
        serviceMs = medians.percentiles(\.serviceMs)
        connections = medians.number(\.connections) ?? 0
        mostStreams = medians.number(\.mostStreams) ?? 0
        residentMiB = medians.byRole(\.residentMiB)
        cpuMicrosPerSend = medians.byRole(\.cpuMicrosPerSend)
        lost = runs.reduce(0) { $0 + $1.lost }
        duplicated = runs.reduce(0) { $0 + $1.duplicated }
        unsaid = runs.reduce(0) { $0 + $1.unsaid }
    }
}
