import Notifications
import Queue

/// By whom a route sends just now, and how soon.
struct RouteForecast: Sendable {
    struct Candidate: Sendable {
        var provider: LimitedProvider
        /// Nil where Redis could not be asked.
        var usage: ProviderUsage?
    }

    /// In the order in which they are tried.
    var candidates: [Candidate]
    var isPaused: Bool

    /// The first whose circuit lets calls through and that did not tell us to wait; if there is none, the one that is
    /// there first. How long it takes until it has the tokens is what is known now: others may take them.
    /// - Parameter cost: tokens that the delivery will draw.
    func choice(cost: Int) -> (provider: String, wait: Duration?)? {
        let free = candidates.first { $0.usage.map { $0.blocked == nil && $0.circuit != .open } ?? true }
        let chosen = free ?? candidates.min { $0.closedFor < $1.closedFor }
        return chosen.map { ($0.provider.name, $0.wait(for: cost)) }
    }

    /// Who sends what came with a test key, in the turn of the one that was chosen.
    private static let simulator = "simulator"

    func json(cost: Int, isSimulated: Bool = false) -> JSON {
        let choice = choice(cost: cost)
        let seconds = choice?.wait.map { JSON.number("\(Double($0.milliseconds) / 1000)") }
        let provider = choice.map { isSimulated ? RouteForecast.simulator : $0.provider }
        return [
            "provider": JSON(provider), "waitSeconds": seconds ?? .null, "paused": .bool(isPaused),
        ]
    }
}

extension RouteForecast.Candidate {
    /// How long nothing is given to it.
    fileprivate var closedFor: Duration {
        guard let usage else { return .zero }
        return max(usage.blocked ?? .zero, usage.circuit == .open ? usage.untilProbe ?? .zero : .zero)
    }

    fileprivate func wait(for cost: Int) -> Duration? {
        guard let usage else { return nil }
        let limits = provider.limits
        // What costs more than a full bucket is granted from a full one.
        let lack = usage.tokens.map { max(0, min(cost, limits.burst) - $0) } ?? 0
        return max(closedFor, .microseconds(Double(lack) * limits.microsecondsPerToken))
    }
}
