import API
import Documents
import Logging
import Postgres
import Redis
import ServiceLifecycle
import Synchronization

extension ProcessContext {
    /// Serves health and metrics for a role that has no API, for as long as `services` run.
    func withOperations(_ services: [any Service]) -> [any Service] {
        let readiness = Readiness()
        var configuration = APIConfiguration(host: settings.host, port: settings.metricsPort)
        configuration.servesMetrics = settings.servesMetrics
        let (host, logger) = (settings.host, logger)
        let server = OperationsServer(configuration, health: health(readiness), metrics: metrics, logger: logger) {
            port in
            readiness.isServing = true
            logger.notice("health and metrics are served", metadata: ["url": "http://\(host):\(port)"])
        }
        return [server] + services + [readiness]
    }

    /// For the roles that tell what all processes share.
    func registerFleetMetrics() {
        FleetMetrics.register(in: metrics, queue: queue, pool: pool)
        if settings.searches { FleetMetrics.registerSearch(in: metrics, pool: pool) }
        CircuitMetrics.register(in: metrics, queue: queue, providers: providerNames)
        BoundMetrics.register(in: metrics, queue: queue, providers: providerNames, limits: limits)
    }

    func health(_ readiness: Readiness) -> HealthChecks {
        HealthChecks(
            isReady: { readiness.isServing },
            report: { [pool, redis] in
                async let postgres = succeeds { try await pool.query("SELECT 1") }
                async let reply = succeeds { try await redis.execute(RedisCommand("PING")) }
                async let schema = succeeds { try await Migrator(Schema.migrations).verify(pool) }
                return HealthReport(
                    postgres: await postgres, redis: await reply, schema: await schema, version: BuildInfo.version)
            })
    }
}

/// Whether this process wants work: from when it listens until it is told to stop. The schema was checked before.
final class Readiness: Service, Sendable {
    private let serving = Atomic(false)

    var isServing: Bool {
        get { serving.load(ordering: .relaxed) }
        set { serving.store(newValue, ordering: .relaxed) }
    }

    /// Listed last, so it is stopped first.
    func run() async throws {
        try? await gracefulShutdown()
        isServing = false
    }
}

private func succeeds(_ check: @Sendable () async throws -> some Any) async -> Bool {
    do {
        _ = try await check()
        return true
    } catch {
        return false
    }
}
