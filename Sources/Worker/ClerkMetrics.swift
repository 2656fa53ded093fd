public import Telemetry

/// What the clerks count.
public struct ClerkMetrics: Sendable {
    let swept: MetricFamily<Sweeper.Scope, Counter>

    public init(_ registry: MetricsRegistry = MetricsRegistry()) {
        swept = registry.counters(
            "belfry_swept_jobs_total", "Jobs that the sweep enqueued because Redis did not know them.", by: "scope")
    }
}
