public import Telemetry

/// What the relay of live events measures.
public struct RelayMetrics: Sendable {
    /// Subscribers that were told that they missed something.
    public let resyncs: MetricFamily<ResyncReason, Counter>
    let subscribers: Gauge

    public init(_ registry: MetricsRegistry = MetricsRegistry()) {
        resyncs = registry.counters(
            "belfry_resyncs_total", "Subscribers told that they missed events.", by: "reason")
        subscribers = registry.gauge("belfry_subscribers", "Open event streams.")
    }
}
