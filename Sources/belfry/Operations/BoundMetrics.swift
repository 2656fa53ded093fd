import Documents
import Notifications
import Queue
import Telemetry

/// What each route is bound by. Apart from what else is known of the queue because it takes both servers: limits are in
/// Postgres, and what is used of them is in Redis.
enum BoundMetrics {
    private static let bound = MetricDescription(
        .gauge, "belfry_queue_bound", "1 for what the first ready job of a route waits for, 0 for all else.",
        labels: ["route", "reason"])

    /// How long the servers may take; one that is away must not hold up a scrape.
    private static let patience: Duration = .seconds(1)

    static func register(
        in registry: MetricsRegistry, queue: DeliveryQueue, providers: [Route: [String]], limits: LimitBook
    ) {
        registry.observe([bound], keptFor: .seconds(2), patience: patience) {
            var known: [Route: [String: ProviderLimits]] = [:]
            for route in providers.keys {
                guard let limits = try? await limits.limits(on: route) else { return [] }
                known[route] = limits
            }
            let providers = LimitedProvider.named(providers, limits: known)
            let counts = try? await queue.counts(of: Route.allCases, for: providers, deadline: patience)
            return Route.allCases.flatMap { route in counts?[route].map { readings(of: $0, on: route) } ?? [] }
        }
    }

    private static func readings(of counts: QueueCounts, on route: Route) -> [MetricReading] {
        QueueCounts.Bound.allCases.map { reason in
            MetricReading(bound, [route.rawValue, reason.rawValue], counts.bound == reason ? 1 : 0)
        }
    }
}
