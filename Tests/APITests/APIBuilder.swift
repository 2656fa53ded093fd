import API
import Documents
import Events
import Foundation
import LocalServers
import Logging
import Notifications
import Outbound
import Postgres
import Queue
import Redis
import ServiceLifecycle
import TestSupport
import Testing

/// Wires an API as the binary does.
struct APIBuilder: Sendable {
    let pool: PostgresPool
    let redisConfiguration: RedisConfiguration
    let redis: RedisClient
    let relay: EventRelay
    let queue: DeliveryQueue
    let namespace = "test-\(UUID().uuidString)"
    let clock: ServerClock
    let lookup: RecipientLookup
    let writer: NotificationWriter
    let dependencies: APIDependencies
    /// The server's.
    let logger: Logger

    init(
        pool: PostgresPool, health: HealthChecks, bufferedEvents: Int, recipientLifetime: Duration, logger: Logger
    ) async throws {
        let configuration = try RedisConfiguration(url: await TestServers.shared.redis().url)
        let redis = RedisClient(configuration: configuration, logger: quiet)
        let queue = DeliveryQueue(redis: redis, namespace: namespace)
        let clock = ServerClock(pool: pool, logger: quiet)
        let enqueuer = Enqueuer(queue: queue, canceller: Canceller(pool: pool), clock: clock, logger: quiet)
        lookup = RecipientLookup(pool: pool, lifetime: recipientLifetime)
        var patient = NotificationWriter.Configuration()
        patient.patience = .seconds(30)
        writer = NotificationWriter(pool: pool, configuration: patient, logger: quiet) { await enqueuer.enqueue($0) }
        relay = EventRelay(
            subscriber: RedisSubscriber(configuration: configuration, logger: quiet), bufferedEvents: bufferedEvents,
            logger: quiet)
        dependencies = APIDependencies(
            pool: pool, lookup: lookup, writer: writer, clock: clock, queue: queue,
            limits: LimitBook(store: ProviderLimitStore(pool: pool)), relay: relay, health: health)
        self.logger = logger
        self.pool = pool
        redisConfiguration = configuration
        self.redis = redis
        self.queue = queue
        self.clock = clock
    }

    /// Every route has a provider, and only public addresses may be called.
    func configuration(_ change: (inout APIConfiguration) -> Void) throws -> APIConfiguration {
        let policy = OutboundPolicy(allowed: try AllowList(parsing: []))
        var configuration = APIConfiguration(providedRoutes: Set(Route.allCases)) { policy.check(url: $0)?.message }
        configuration.port = 0
        configuration.providers = [.email: ["first", "second"], .fcm: ["second"]]
        // Clients of other tests keep connections open.
        configuration.drainTime = .zero
        change(&configuration)
        return configuration
    }

    func run(_ configuration: APIConfiguration, _ body: (TestAPI) async throws -> Void) async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let server = APIServer(configuration, dependencies, logger: logger) { port.yield($0) }
        let subscriber = RedisSubscriber(configuration: redisConfiguration, logger: quiet)
        let stale = StaleRelay(subscriber: subscriber, listeners: server.caches, logger: quiet)
        let services = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [redis, relay, stale, lookup, writer, server], logger: quiet))
        // Whoever subscribes before Redis has confirmed is told to resync at that moment.
        let start = relay.subscribe(tenant: "start")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            _ = await start.first { _ in true }
            start.finish()
            let bound = try #require(await ports.first { _ in true })
            let api = TestAPI(
                server: server, services: services, port: bound, pool: pool, redisConfiguration: redisConfiguration,
                redis: redis, queue: queue,
                namespace: namespace, relay: relay, writer: writer, clock: clock,
                planner: APIServer.planner(configuration, recipients: lookup, pool: pool),
                tenant: "tenant-\(UUID().uuidString)")
            let result = await outcome { try await body(api) }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
            try result.get()
        }
    }
}
