import Notifications
public import Telemetry

/// What a process does to the queue and sees of it.
public struct QueueMetrics: Sendable {
    let rescued: MetricFamily<Route, Counter>
    let published: Counter
    let throttled: MetricFamily<ThrottleKey, Counter>

    struct ThrottleKey: Hashable {
        var route: Route
        var lack: ClaimAnswer.Lack
    }

    public init(_ registry: MetricsRegistry = MetricsRegistry()) {
        rescued = registry.counters(
            "belfry_rescues_total", "Jobs taken back from workers whose lease had run out.", by: "route")
        throttled = registry.counters(
            "belfry_claims_throttled_total",
            "Claims that found work and no room for it at any provider, by what lacked.",
            labels: ["route", "lack"],
            keys: Route.allCases.flatMap { route in
                ClaimAnswer.Lack.allCases.map { ThrottleKey(route: route, lack: $0) }
            }
        ) { [$0.route.rawValue, $0.lack.rawValue] }
        published = registry.counter("belfry_events_published_total", "Events handed to Redis for whoever listens.")
    }
}
