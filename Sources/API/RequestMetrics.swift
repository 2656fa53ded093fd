import HTTPTypes
import Telemetry

/// What a server counts of what it is asked.
struct RequestMetrics: Sendable {
    /// A line of the route table; one more stands for whatever is on none of them.
    struct RouteKey: Hashable {
        var method: String
        var path: String

        static let other = RouteKey(method: "other", path: "other")
    }

    private struct AnswerKey: Hashable {
        var route: RouteKey
        /// 2 for 2xx.
        var statusClass: Int
    }

    private let answers: MetricFamily<AnswerKey, Counter>
    private let durations: MetricFamily<RouteKey, Histogram>
    private let routes: Set<RouteKey>
    let connections: Gauge

    init(_ registry: MetricsRegistry, routes table: [APIRoute]) {
        let keys = table.map { RouteKey(method: $0.method.rawValue, path: $0.path) } + [.other]
        routes = Set(keys)
        answers = registry.counters(
            "belfry_requests_total", "Requests answered.", labels: ["method", "path", "status"],
            keys: keys.flatMap { key in (1...5).map { AnswerKey(route: key, statusClass: $0) } }
        ) { [$0.route.method, $0.route.path, "\($0.statusClass)xx"] }
        durations = registry.histograms(
            "belfry_request_duration_seconds", "From the head of a request to the head of its answer.", .latency,
            labels: ["method", "path"], keys: keys
        ) { [$0.method, $0.path] }
        connections = registry.gauge("belfry_connections", "Open connections of callers.")
    }

    func count(method: HTTPRequest.Method, path: String?, status: Int, took duration: Duration) {
        var key = RouteKey(method: method.rawValue, path: path ?? "")
        if !routes.contains(key) { key = .other }
        answers[AnswerKey(route: key, statusClass: status / 100)].add()
        durations[key].record(duration)
    }
}
