import Notifications
import Queue
import Telemetry

/// Which providers are left alone because they fail.
enum CircuitMetrics {
    private static let open = MetricDescription(
        .gauge, "belfry_provider_circuit_open", "1 for a provider whose circuit is open or half open.",
        labels: ["route", "provider"])

    static func register(in registry: MetricsRegistry, queue: DeliveryQueue, providers: [Route: [String]]) {
        let pairs = Route.allCases.flatMap { route in
            (providers[route] ?? []).map { (route: route, provider: LimitedProvider(name: $0, limits: .none)) }
        }
        registry.observe([open], keptFor: .seconds(2)) {
            guard let usage = try? await queue.usage(of: pairs, deadline: .seconds(1)) else { return [] }
            return zip(pairs, usage).map { pair, usage in
                MetricReading(open, [pair.route.rawValue, pair.provider.name], usage.circuit == .closed ? 0 : 1)
            }
        }
    }
}
