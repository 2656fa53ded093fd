package import Notifications

/// When to look at which route next: the worker's schedule, without I/O.
///
///     start, bell, probe, full batch ─▶ due now
///     short batch with something due ─▶ due then
///     short batch with nothing known ─▶ asleep until the bell
package struct RouteLooks: Sendable {
    package typealias Instant = ContinuousClock.Instant

    private var routes: [Route]
    private var due: [Route: Instant]

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

    /// Looks at a route again after a wait; an earlier look that is planned already stays.
    package mutating func look(at route: Route, after wait: Duration, now: Instant) {
        due[route] = min(due[route] ?? now + wait, now + wait)
    }

    /// Plans the look after one that was just made: instead of what was planned in case it failed.
    package mutating func replan(_ route: Route, after wait: Duration?, now: Instant) {
        due[route] = wait.map { now + $0 }
    }

    /// The wait until a route falls due; nil when all sleep until the bell.
    func wait(now: Instant) -> Duration? { due.values.min().map { max(.zero, $0 - now) } }
}
