package import Notifications
package import Queue

/// When to look at which route next: the worker's schedule, without I/O.
///
///     start, bell, probe, full batch ─▶ due now
///     short batch with something due ─▶ due then
///     short batch with nothing known ─▶ asleep until the bell
///     no room at any provider ───────▶ due when there is; until it has rested, no bell helps
package struct RouteLooks: Sendable {
    package typealias Instant = ContinuousClock.Instant

    private var routes: [Route]
    private var due: [Route: Instant]
    /// Before which a look would find what the last one found.
    private var restUntil: [Route: Instant] = [:]

    /// All routes are due at the start.
    init(_ routes: [Route], now: Instant) {
        self.routes = routes
        due = Dictionary(uniqueKeysWithValues: routes.map { ($0, now) })
    }

    /// The next route to look at, if one is due. Whoever was looked at goes to the end of the line.
    package mutating func next(now: Instant) -> Route? {
        guard let place = routes.firstIndex(where: { due[$0].map { $0 <= now } ?? false }) else { return nil }
        let route = routes.remove(at: place)
        routes.append(route)
        due[route] = nil
        return route
    }

    /// Looks at a route again after a wait, once it has rested; an earlier look that is planned already stays.
    package mutating func look(at route: Route, after wait: Duration, now: Instant) {
        let instant = max(now + wait, restUntil[route] ?? now)
        due[route] = min(due[route] ?? instant, instant)
    }

    /// Plans the look after one that was just made: instead of what was planned in case it failed.
    package mutating func replan(_ route: Route, _ next: NextLook, now: Instant) {
        due[route] = next.wait.map { now + $0 }
        restUntil[route] = now + next.rest
    }

    /// The wait until a route falls due; nil when all sleep until the bell.
    func wait(now: Instant) -> Duration? { due.values.min().map { max(.zero, $0 - now) } }
}

/// What a look at a route says about the next one.
package struct NextLook: Equatable {
    /// When something is known to fall due; nil for nothing.
    var wait: Duration?
    /// For how long not even a bell is worth another look.
    var rest: Duration = .zero

    /// Nobody has tokens: with each caller's enqueue ringing, looking at every bell would be spinning.
    private static let restWithoutTokens: Duration = .milliseconds(50)

    package init(after wait: Duration?) { self.wait = wait }

    package init(lacking lack: ClaimAnswer.Lack, after wait: Duration) {
        self.wait = wait
        switch lack {
        case .rate, .blocked, .circuit: rest = NextLook.restWithoutTokens
        // A slot may be free any moment, and what others bring may use the reserve.
        case .slots, .reserve: rest = .zero
        }
    }
}
