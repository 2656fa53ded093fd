package import Notifications

/// What the worker's loop remembers from step to step: which route to look at when, and what was last known of each.
package struct LoopState {
    package typealias Instant = ContinuousClock.Instant

    /// How often a busy worker, which never sleeps at the doorbells, listens at them.
    private static let listening: Duration = .milliseconds(100)
    /// The same where a route has its share of the slots, so that the other routes are heard soon.
    private static let crowdedListening: Duration = .milliseconds(20)
    /// How often all routes are healed of what no bell tells of: leases that ran out elsewhere, and a Redis that lost its
    /// memory. Up to twice as long, so that a fleet does not do it in step.
    private static let tending: Duration = .seconds(5)

    package var looks: RouteLooks
    /// As last seen in Postgres.
    package var epochs: [Route: Int64] = [:]
    private var tendAt: Instant
    private var listenAt: Instant

    package init(_ routes: [Route], now: Instant = .now) {
        looks = RouteLooks(routes, now: now)
        tendAt = now + LoopState.tending
        listenAt = now + LoopState.listening
    }

    package func isTimeToTend(now: Instant) -> Bool { now >= tendAt }
    package func isTimeToListen(now: Instant) -> Bool { now >= listenAt }

    package mutating func hasTended(findingWorkOn routes: [Route], now: Instant) {
        for route in routes { looks.look(at: route, after: .zero, now: now) }
        tendAt = now + LoopState.tending * Double.random(in: 1...2)
    }

    package mutating func hasHeard(_ bells: [Route], now: Instant) {
        for route in bells { looks.look(at: route, after: .zero, now: now) }
        listenAt = now + LoopState.listening
    }

    /// How long a route that was due may be waited for that has no room: not beyond the next look at another.
    package func patience(now: Instant) -> Duration {
        min(LoopState.crowdedListening, looks.wait(now: now) ?? LoopState.crowdedListening)
    }

    /// A route that was due had no room, and was waited for.
    package mutating func hasWaited(for route: Route, now: Instant) {
        looks.look(at: route, after: .zero, now: now)
        listenAt = min(listenAt, now + LoopState.crowdedListening)
    }

    /// How long to sleep at the doorbells.
    package func wait(now: Instant) -> Duration { min(looks.wait(now: now) ?? .seconds(60), max(.zero, tendAt - now)) }
}
