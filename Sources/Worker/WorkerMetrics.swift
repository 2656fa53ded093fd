public import Notifications
public import Telemetry

/// What a worker counts and measures.
public struct WorkerMetrics: Sendable {
    struct CallKey: Hashable {
        var route: Route
        var provider: String
        /// As `DeliveryOutcome.name`.
        var outcome: String
    }

    struct ProviderKey: Hashable {
        var route: Route
        var provider: String
    }

    struct EndKey: Hashable {
        var route: Route
        var status: DeliveryStatus
    }

    let calls: MetricFamily<CallKey, Counter>
    let callDurations: MetricFamily<String, Histogram>
    /// By priority: a notification that waited shows which ones had to.
    let firstCallDelays: MetricFamily<Priority, Histogram>
    let ends: MetricFamily<EndKey, Counter>
    let deadLetters: MetricFamily<Route, Counter>
    let rebuilds: MetricFamily<Route, Counter>
    let circuitOpenings: MetricFamily<ProviderKey, Counter>
    let endpointOpenings: MetricFamily<Route, Counter>
    /// Each time that a delivery is not sent because its endpoint is left alone.
    let putOff: MetricFamily<Route, Counter>
    let underWay: Gauge
    let waitingResults: Gauge

    /// - Parameter providers: the names of each route's providers.
    public init(_ registry: MetricsRegistry = MetricsRegistry(), providers: [Route: [String]] = [:]) {
        let pairs = Route.allCases.flatMap { route in (providers[route] ?? []).map { (route, $0) } }
        calls = registry.counters(
            "belfry_attempts_total", "Calls of providers, one for each address.",
            labels: ["route", "provider", "outcome"],
            keys: pairs.flatMap { route, provider in
                OutcomeSummary.order.map { CallKey(route: route, provider: provider, outcome: $0) }
            }
        ) { [$0.route.rawValue, $0.provider, $0.outcome] }
        callDurations = registry.histograms(
            "belfry_attempt_duration_seconds", "How long providers took to answer.", .latency, labels: ["provider"],
            keys: Set(pairs.map(\.1)).sorted()
        ) { [$0] }
        firstCallDelays = registry.histograms(
            "belfry_first_attempt_delay_seconds", "From when a notification was accepted, or due, to its first call.",
            .delay, labels: ["priority"], keys: Priority.allCases
        ) { [$0.name] }
        ends = registry.counters(
            "belfry_deliveries_total", "Deliveries that ended, by their status then.", labels: ["route", "status"],
            keys: Route.allCases.filter { providers[$0]?.isEmpty == false }.flatMap { route in
                DeliveryStatus.allCases.map { EndKey(route: route, status: $0) }
            }
        ) { [$0.route.rawValue, $0.status.rawValue] }
        deadLetters = registry.counters("belfry_dead_letters_total", "Dead letters made.", by: "route")
        rebuilds = registry.counters(
            "belfry_rebuilds_total", "Routes whose index in Redis was made again from Postgres.", by: "route")
        circuitOpenings = registry.counters(
            "belfry_circuit_openings_total", "Times that a provider's circuit opened.", labels: ["route", "provider"],
            keys: pairs.map { ProviderKey(route: $0, provider: $1) }
        ) { [$0.route.rawValue, $0.provider] }
        endpointOpenings = registry.counters(
            "belfry_endpoint_openings_total", "Times that the circuit of one endpoint opened.", by: "route")
        putOff = registry.counters(
            "belfry_deliveries_put_off_total", "Times that a delivery was put off, as its endpoint keeps failing.",
            by: "route")
        underWay = registry.gauge("belfry_deliveries_under_way", "Deliveries in this worker's hands.")
        waitingResults = registry.gauge("belfry_results_waiting", "Results that wait to be written to Postgres.")
    }
}
