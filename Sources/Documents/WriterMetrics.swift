public import Telemetry

/// What the writer of accepted notifications measures.
public struct WriterMetrics: Sendable {
    let commits: Histogram
    let waiting: Gauge

    public init(_ registry: MetricsRegistry = MetricsRegistry()) {
        commits = registry.histogram(
            "belfry_commit_notifications", "Notifications that one commit wrote.", .count)
        waiting = registry.gauge("belfry_commit_waiting", "Requests that wait for their commit to begin.")
    }
}
