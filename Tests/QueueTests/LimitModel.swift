import Notifications
import Queue

/// A provider's limits and its circuit in the plainest terms: credit in microseconds, so that all of it is whole numbers, and who is
/// being sent until when.
struct LimitModel {
    let interval: Int64
    let burst: Int64
    let cap: Int?
    let fanOut: Int
    let isLow: Bool
    /// What there is now; a bucket that nobody knew starts empty.
    var credit: Int64 = 0
    var blockedUntil: Int64 = 0
    var circuit = CircuitModel()
    /// Of everything granted or occupied, for how many calls, and when it counts as dead.
    var slots: [Int: (count: Int, end: Int64)] = [:]
    /// How many grants there were, which tells whose turn it is.
    var turn = 0

    var limits: ProviderLimits {
        ProviderLimits(ratePerSecond: 1_000_000 / Double(interval), burst: Int(burst), maxConcurrent: cap)
    }

    func usage(now: Int64) -> ProviderUsage {
        var usage = ProviderUsage(
            tokens: Int(max(0, credit / interval)), inFlight: cap.map { _ in inFlight(now: now) },
            blocked: blockedUntil > now ? .milliseconds(blockedUntil - now) : nil)
        circuit.show(in: &usage, now: now)
        return usage
    }

    func inFlight(now: Int64) -> Int { slots.values.filter { $0.end > now }.reduce(0) { $0 + $1.count } }

    /// Calls that a job of this cost makes at once where there is room for them.
    func calls(_ cost: Int64) -> Int { min(Int(cost), fanOut) }

    mutating func gain(_ microseconds: Int64) { credit = min(burst * interval, credit + microseconds) }

    mutating func grant(_ number: Int, cost: Int64, now: Int64) {
        credit -= cost * interval
        slots[number] = nil
        let free = cap.map { $0 - inFlight(now: now) } ?? .max
        slots[number] = (min(calls(cost), free), now + 30_000)
        circuit.grant(until: now + 30_000)
        turn += 1
    }

    /// What a job of this cost waits for, and for how many milliseconds; nil when it may go.
    func lack(_ cost: Int64, now: Int64) -> (what: ClaimAnswer.Lack, wait: Int64)? {
        let reserve = isLow && turn % 16 != 14 ? burst / 10 : 0
        let short = (reserve + min(cost, burst - reserve)) * interval - credit
        let wait = max((short + 999) / 1000, blockedUntil - now, circuit.wait(now: now), 0)
        if circuit.wait(now: now) > 0 { return (.circuit, wait) }
        if blockedUntil > now { return (.blocked, wait) }
        if short > reserve * interval { return (.rate, wait) }
        if let cap, inFlight(now: now) >= cap {
            let ends = slots.values.map(\.end).filter { $0 > now }
            return (.slots, max(wait, (ends.min() ?? now) - now))
        }
        return short > 0 ? (.reserve, wait) : nil
    }
}
