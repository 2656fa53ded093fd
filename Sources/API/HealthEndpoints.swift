import Hummingbird
import Notifications

/// For load balancers and people; no key needed.
struct HealthEndpoints: Sendable {
    let checks: HealthChecks

    var all: [Endpoint] {
        [
            Endpoint(.get, "/health/live", nil, use: live),
            Endpoint(.get, "/health/ready", nil, use: ready),
            Endpoint(.get, "/health", nil, use: health),
        ]
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
}
