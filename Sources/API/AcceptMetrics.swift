import Notifications
import Telemetry

/// What the API counts of what it accepts.
struct AcceptMetrics: Sendable {
    /// From a request to notify to the commit of what it asked for.
    let durations: Histogram
    let accepted: MetricFamily<Priority, Counter>

    init(_ registry: MetricsRegistry) {
        durations = registry.histogram(
            "belfry_accept_duration_seconds", "From a request to notify to its commit in Postgres.", .latency)
        accepted = registry.counters(
            "belfry_notifications_accepted_total", "Notifications committed.", labels: ["priority"],
            keys: Priority.allCases
        ) { [$0.name] }
    }

    func count(_ notifications: [AcceptedNotification], took duration: Duration) {
        durations.record(duration)
        for notification in notifications { accepted[notification.content.priority].add() }
    }
}
