import Hummingbird
import Notifications
import Telemetry

/// For load balancers, Prometheus and people; no key needed.
struct OperationsEndpoints: Sendable {
    let checks: HealthChecks
    /// Nil to serve none.
    let metrics: MetricsRegistry?

    var all: [Endpoint] {
        let health = [
            Endpoint(.get, "/health/live", nil, use: live),
            Endpoint(.get, "/health/ready", nil, use: ready),
            Endpoint(.get, "/health", nil, use: health),
        ]
        guard let metrics else { return health }
        return health + [Endpoint(.get, "/metrics", nil) { _ in await OperationsEndpoints.text(of: metrics) }]
    }

    private func live(_ call: Call) async -> Response {
        Response(json: ["status": "ok"])
    }

    private func ready(_ call: Call) async -> Response {
        await checks.isReady()
            ? Response(json: ["status": "ready"])
            : Response(json: ["status": "notReady"], status: .serviceUnavailable)
    }

    /// Always 200: what is wrong stands in the body.
    private func health(_ call: Call) async -> Response {
        let report = await checks.report()
        func word(_ isWell: Bool) -> JSON { isWell ? "ok" : "down" }
        return Response(json: [
            "status": report.isWell ? "ok" : "degraded", "postgres": word(report.postgres),
            "redis": word(report.redis), "schema": word(report.schema), "version": .string(report.version),
        ])
    }

    /// No tenant, user or content is in it: it says how much there was, never of whom or what.
    private static func text(of metrics: MetricsRegistry) async -> Response {
        Response(
            status: .ok, headers: [.contentType: MetricsText.contentType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: await metrics.text())))
    }
}
