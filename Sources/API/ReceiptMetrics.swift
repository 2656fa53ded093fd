import Telemetry

/// What providers told us, and who pretended to be one.
struct ReceiptMetrics: Sendable {
    let taken: MetricFamily<String, Counter>
    let refused: MetricFamily<String, Counter>

    /// - Parameter providers: those whose receipts are taken.
    init(_ registry: MetricsRegistry, providers: [String]) {
        taken = registry.counters(
            "belfry_receipts_total", "Receipts taken, repeated ones too.", labels: ["provider"], keys: providers
        ) { [$0] }
        refused = registry.counters(
            "belfry_receipts_refused_total", "Callbacks that were not the provider's, or could not be read.",
            labels: ["provider"], keys: providers
        ) { [$0] }
    }
}
