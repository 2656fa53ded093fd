import Documents
import Notifications
import Postgres
import Queue
import Telemetry

/// What all processes share: the queue in Redis and the open work in Postgres. Every API and scheduler process says the
/// same about it, so that it is known whichever of them is there.
enum FleetMetrics {
    private static let ready = MetricDescription(
        .gauge, "belfry_queue_ready_jobs", "Jobs that may be sent now.", labels: ["route", "priority"])
    private static let oldest = MetricDescription(
        .gauge, "belfry_queue_oldest_ready_seconds",
        "How long ago the first ready job in line was accepted; 0 where none is.", labels: ["route", "priority"])
    private static let inFlight = MetricDescription(
        .gauge, "belfry_queue_in_flight_jobs", "Jobs in the hands of workers, by priority.",
        labels: ["route", "priority"])
    private static let inRate = MetricDescription(
        .gauge, "belfry_queue_in_per_second", "Jobs that became ready, over the last half minute.",
        labels: ["route", "priority"])
    private static let outRate = MetricDescription(
        .gauge, "belfry_queue_out_per_second",
        "Jobs that workers were done with, for good or until another try, over the last half minute.",
        labels: ["route", "priority"])
    private static let drain = MetricDescription(
        .gauge, "belfry_queue_drain_seconds",
        "How long the ready jobs take at these rates; 0 where none is, +Inf while they do not become fewer.",
        labels: ["route", "priority"])
    private static let scheduled = MetricDescription(
        .gauge, "belfry_queue_scheduled_jobs", "Jobs that wait for their time.", labels: ["route"])
    private static let leased = MetricDescription(
        .gauge, "belfry_queue_leased_jobs", "Jobs in the hands of workers.", labels: ["route"])
    private static let paused = MetricDescription(
        .gauge, "belfry_route_paused", "1 for a route that is paused.", labels: ["route"])
    private static let open = MetricDescription(
        .gauge, "belfry_open_deliveries", "Deliveries that Postgres has open, as it estimates.")
    private static let dead = MetricDescription(
        .gauge, "belfry_dead_letters", "Dead letters that Postgres keeps, as it estimates.")

    private static let searchLag = MetricDescription(
        .gauge, "belfry_search_lag_seconds",
        "How long ago that was accepted up to which all can be searched for; about a minute.")

    /// How long a server may take; one that is away must not hold up a scrape.
    private static let patience: Duration = .seconds(1)

    static func register(in registry: MetricsRegistry, queue: DeliveryQueue, pool: PostgresPool) {
        registry.observe(
            [ready, oldest, inFlight, inRate, outRate, drain, scheduled, leased], keptFor: .seconds(2),
            patience: patience
        ) {
            guard let counts = try? await queue.counts(of: Route.allCases, deadline: patience) else { return [] }
            return Route.allCases.flatMap { route in counts[route].map { readings(of: $0, on: route) } ?? [] }
        }
        registry.observe([paused, open, dead], keptFor: .seconds(2), patience: patience) {
            guard let census = try? await Census.take(pool) else { return [] }
            return Route.allCases.map {
                MetricReading(paused, [$0.rawValue], census.pausedRoutes.contains($0) ? 1 : 0)
            } + [
                MetricReading(open, [], Double(census.openDeliveries)),
                MetricReading(dead, [], Double(census.deadLetters)),
            ]
        }
    }

    static func registerSearch(in registry: MetricsRegistry, pool: PostgresPool) {
        registry.observe([searchLag], keptFor: .seconds(2), patience: patience) {
            guard let lag = try? await TextIndex(pool: pool).lag() else { return [] }
            return [MetricReading(searchLag, [], lag)]
        }
    }

    private static func readings(of counts: QueueCounts, on route: Route) -> [MetricReading] {
        Priority.allCases.flatMap { priority in
            let (labels, backlog) = ([route.rawValue, priority.name], counts[priority])
            return [
                MetricReading(ready, labels, Double(backlog.ready)),
                MetricReading(oldest, labels, backlog.oldest?.timeInterval ?? 0),
                MetricReading(inFlight, labels, Double(backlog.inFlight)),
                MetricReading(inRate, labels, backlog.inPerSecond),
                MetricReading(outRate, labels, backlog.outPerSecond),
                MetricReading(drain, labels, backlog.secondsToDrain),
            ]
        } + [
            MetricReading(scheduled, [route.rawValue], Double(counts.scheduled)),
            MetricReading(leased, [route.rawValue], Double(counts.leased)),
        ]
    }
}

extension Backlog {
    fileprivate var secondsToDrain: Double { ready == 0 ? 0 : timeToDrain?.timeInterval ?? .infinity }
}
