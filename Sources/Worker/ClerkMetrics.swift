public import Telemetry

/// What the clerks count.
public struct ClerkMetrics: Sendable {
    let swept: MetricFamily<Sweeper.Scope, Counter>
    let forgottenReceipts: Counter
    let subscribers: MetricFamily<SubscriberFate, Counter>

    /// What became of a subscriber of a topic that was sent to.
    enum SubscriberFate: String, CaseIterable { case notified, skipped }
    let endpointMessages: Counter

    public init(_ registry: MetricsRegistry = MetricsRegistry()) {
        swept = registry.counters(
            "belfry_swept_jobs_total", "Jobs that the sweep enqueued because Redis did not know them.", by: "scope")
        forgottenReceipts = registry.counter(
            "belfry_receipts_forgotten_total", "Receipts given up, as nobody knew their message for ten minutes.")
        subscribers = registry.counters(
            "belfry_broadcast_subscribers_total", "Subscribers of topics that were sent to, and those left out.",
            by: "fate")
        endpointMessages = registry.counter(
            "belfry_endpoint_messages_total", "Messages made for the endpoints that tenants have for their events.")
    }
}
