import Notifications
import Queue

/// A circuit in the plainest terms: half of the calls failed, 5 s at first. By default ten calls, and up to a minute.
struct CircuitModel: Equatable {
    private let volume: Double
    private let longest: Int64
    /// Whether nothing is kept of one that was always well.
    private let isForgetful: Bool
    private var well = 0.0
    private var failed = 0.0
    private var took = 0.0
    private var since: Int64?
    /// Nil while it is closed.
    private(set) var nextProbe: Int64?
    private var probe: Int64?
    private var coolDown: Int64 = 0
    private var closedAt: Int64?

    init(of policy: CircuitPolicy = CircuitPolicy()) {
        volume = Double(policy.minimumVolume)
        longest = Int64(policy.longestCoolDown.milliseconds)
        isForgetful = policy.memory != nil
    }

    /// Somebody asks to call, under this token.
    mutating func knock(_ token: Int64, now: Int64, lease: Int64) -> KnockAnswer {
        guard nextProbe != nil else { return .come(isProbe: false) }
        if wait(now: now) > 0 { return .wait(.milliseconds(min(wait(now: now), coolDown))) }
        (probe, nextProbe) = (token, now + lease)
        return .come(isProbe: true)
    }

    /// How long a delivery waits for it.
    func wait(now: Int64) -> Int64 { nextProbe.map { max(0, $0 - now) } ?? 0 }

    func show(in usage: inout ProviderUsage, now: Int64) {
        if nextProbe != nil {
            usage.untilProbe = .milliseconds(wait(now: now))
            usage.circuit = probe == nil && wait(now: now) > 0 ? .open : .halfOpen
        }
        let recent = faded(now)
        let calls = recent.well + recent.failed
        if calls == 0 { return }
        usage.failurePercent = Int((100 * recent.failed / calls + 0.5).rounded(.down))
        usage.latency = .microseconds(Int64((recent.took / calls + 0.5).rounded(.down)))
    }

    /// A delivery goes: the only one where it is not closed.
    mutating func grant(until end: Int64) { if nextProbe != nil { nextProbe = end } }

    mutating func note(_ job: ClaimedJob) { if job.probed != nil { probe = job.token } }

    /// A job ends, whether or not it was reported on.
    mutating func end(_ job: ClaimedJob, now: Int64) {
        if job.probed != nil, probe == job.token { (probe, nextProbe) = (nil, now) }
    }

    mutating func report(
        _ job: ClaimedJob, well: Int, failed: Int, microseconds: Int64, now: Int64
    ) -> CircuitChange.Word? {
        if well + failed == 0 {
            end(job, now: now)
            return nil
        }
        if nextProbe != nil {
            guard probe == job.token else { return nil }
            if failed > 0 {
                open(for: min(2 * coolDown, longest), now)
                return .reopened
            }
            (self.well, self.failed, took, since) = (0, 0, 0, nil)
            (nextProbe, probe, closedAt) = (nil, nil, now)
            return .closed
        }
        if let closedAt, Double(job.token) / 4096 < Double(closedAt) { return nil }
        let recent = faded(now)
        if isForgetful, failed == 0, recent.well + recent.failed == 0 { return nil }
        self = recent
        self.well += Double(well)
        self.failed += Double(failed)
        took += Double(microseconds)
        guard failed > 0, self.well + self.failed >= volume, self.failed >= self.well else { return nil }
        let isRelapse = closedAt.map { now - $0 < longest } ?? false
        open(for: isRelapse ? min(2 * coolDown, longest) : 5000, now)
        return .opened
    }

    private mutating func open(for time: Int64, _ now: Int64) {
        (nextProbe, coolDown, probe) = (now + time, time, nil)
    }

    /// By half every five seconds, unless nothing went well.
    private func faded(_ now: Int64) -> CircuitModel {
        var model = self
        while let start = model.since, now - start >= 5000 {
            model.since = start + 5000
            if well >= 1 { (model.well, model.failed, model.took) = (model.well / 2, model.failed / 2, model.took / 2) }
        }
        model.since = model.since ?? now
        return model
    }
}
