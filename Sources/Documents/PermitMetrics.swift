public import Telemetry

/// What the permit desk of Postgres answered.
public struct PermitMetrics: Sendable {
    let answers: MetricFamily<PermitVerdict, Counter>

    public init(_ registry: MetricsRegistry = MetricsRegistry()) {
        answers = registry.counters(
            "belfry_permits_total", "Answers to workers that asked for the right to send.", by: "answer")
    }
}
