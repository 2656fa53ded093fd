import API
import Documents
import Events
import Outbound
import Postgres
import Providers
import Redis
import ServiceLifecycle
import Synchronization

extension ProcessContext {
    /// The services of the API, in the order they depend on each other: writer, relay, server.
    /// - Parameter onRunning: is told the URL once requests are accepted.
    func api(onRunning: @escaping @Sendable (String) async -> Void) -> [any Service] {
        let enqueuer = Enqueuer(queue: queue, clock: clock, logger: logger)
        let writer = NotificationWriter(pool: pool, logger: logger) { await enqueuer.enqueue($0) }
        let relay = EventRelay(
            subscriber: RedisSubscriber(configuration: settings.redis, logger: logger), logger: logger)
        let policy = OutboundPolicy(allowed: settings.outbound.allowed)
        var configuration = APIConfiguration(
            providedRoutes: registry.routes, urlCheck: { policy.check(url: $0)?.message })
        configuration.host = settings.host
        configuration.port = settings.port
        configuration.keyRate = settings.keyRate
        configuration.maximumConnections = OpenFiles.raised(logger: logger).connections(
            wanted: settings.maximumConnections, poolSize: settings.postgres.poolSize, logger: logger)
        let readiness = Readiness()
        let host = settings.host
        let server = APIServer(
            configuration,
            APIDependencies(
                pool: pool, writer: writer, clock: clock, queue: queue, relay: relay, health: health(readiness)),
            logger: logger
        ) { port in
            readiness.isServing = true
            await onRunning("http://\(host):\(port)")
        }
        return [writer, relay, server, readiness]
    }

    private func health(_ readiness: Readiness) -> HealthChecks {
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

/// Whether this process wants requests: from when it listens until it is told to stop. The schema was checked before.
private final class Readiness: Service, Sendable {
    private let serving = Atomic(false)

    var isServing: Bool {
        get { serving.load(ordering: .relaxed) }
        set { serving.store(newValue, ordering: .relaxed) }
    }

    /// Listed after the server, so it is stopped first.
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
