import Notifications
public import Telemetry

/// What a process does to the queue and sees of it.
public struct QueueMetrics: Sendable {
    let rescued: MetricFamily<Route, Counter>
    let published: Counter

    public init(_ registry: MetricsRegistry = MetricsRegistry()) {
        rescued = registry.counters(
            "belfry_rescues_total", "Jobs taken back from workers whose lease had run out.", by: "route")
        published = registry.counter("belfry_events_published_total", "Events handed to Redis for whoever listens.")
    }
}
