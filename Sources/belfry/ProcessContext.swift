import API
import Documents
import Foundation
import Logging
import Mail
import Notifications
import Outbound
import Postgres
import Providers
import Queue
import Redis
import ServiceLifecycle
import SettingsReading
import Telemetry
import UnixSignals
import Worker

/// What every role of this process is made from: the settings and the connections that follow from them.
struct ProcessContext {
    let settings: Settings
    let logger: Logger
    let pool: PostgresPool
    let redis: RedisClient
    let queue: DeliveryQueue
    let limits: LimitBook
    let clock: ServerClock
    let outbound: OutboundClient
    let registry: ProviderRegistry
    let metrics = MetricsRegistry()

    /// - Parameter patience: how long a query may wait or run, where callers wait for it.
    init(settings: Settings, label: String, patience: Duration? = nil) throws {
        let format = settings.logFormat
        var logger = Logger(label: label) { LineLogHandler(label: $0, format: format) }
        logger.logLevel = settings.logLevel
        self.settings = settings
        self.logger = logger
        var postgres = settings.postgres
        postgres.applicationName = label
        // Everything below finds its rows by key, however many there are.
        postgres.plansByKey = true
        if let patience {
            postgres.acquireTimeout = patience
            postgres.statementTimeout = patience
        }
        pool = PostgresPool(postgres, logger: logger)
        redis = RedisClient(configuration: settings.redis, logger: logger)
        queue = DeliveryQueue(redis: redis, metrics: QueueMetrics(metrics))
        limits = LimitBook(store: ProviderLimitStore(pool: pool))
        clock = ServerClock(pool: pool, logger: logger)
        outbound = OutboundClient(configuration: settings.outbound, logger: logger)
        registry = try settings.providers.providers(
            assigned: settings.assignments, outbound: outbound, logger: logger)
        ProcessMetrics.register(in: metrics)
        ServerMetrics.register(in: metrics, pool: pool, redis: redis)
    }

    /// What a request waits for Postgres at most, before it is answered 503.
    static let requestPatience: Duration = .milliseconds(1500)

    /// Refuses to start on a schema that this binary does not know.
    func checkSchema() async throws {
        do { try await Migrator(Schema.migrations).verify(pool) } catch PostgresError.migration(let problem) {
            throw SettingsProblem("\(problem): run `belfry migrate` of this version first")
        }
        try await clock.measure()
    }

    /// As `checkSchema`, and refuses a Redis that would lose jobs: what every role that serves asks first.
    func checkServers() async throws {
        try await checkSchema()
        try await RedisCheck(redis: redis, configuration: settings.redis, logger: logger).run()
    }

    /// A worker on these routes, or on all that have a provider.
    func worker(routes: Set<Route>? = nil) -> DeliveryWorker {
        let wanted = registry.routes.filter { routes?.contains($0) ?? true }
        var configuration = WorkerConfiguration(
            providers: Dictionary(uniqueKeysWithValues: wanted.map { ($0, registry.providers(for: $0)) }),
            simulator: registry.simulator)
        configuration.concurrency = settings.concurrency
        configuration.fanOut = settings.fanOut
        configuration.timing = settings.timing
        configuration.retryPolicy = settings.retryPolicy
        configuration.circuits = settings.circuits
        if let links = settings.unsubscribeLinks {
            configuration.unsubscribeURL = { links.url(for: UnsubscribeLinks.Reader(tenant: $1, address: $0)) }
        }
        let clock = clock
        return DeliveryWorker(
            configuration: configuration, pool: pool, queue: queue, limits: limits,
            doorbell: Doorbell(
                configuration: settings.redis, routes: wanted.sorted { $0.rawValue < $1.rawValue }, logger: logger),
            clock: { clock.now }, metrics: metrics, logger: logger)
    }

    /// The names of each route's providers, in the order in which they are tried.
    var providerNames: [Route: [String]] {
        Dictionary(uniqueKeysWithValues: registry.routes.map { ($0, registry.providers(for: $0).map(\.name)) })
    }

    /// The clerks, with the look-up by which they plan what is sent to topics.
    func clerks() -> [any Service] {
        let clock = clock
        let lookup = RecipientLookup(pool: pool)
        let enqueuer = Enqueuer(queue: queue, canceller: Canceller(pool: pool), clock: clock, logger: logger)
        let clerks = Clerks(
            pool: pool, postgres: settings.postgres, queue: queue, timing: settings.timing,
            retention: settings.retention, providers: registry.all,
            broadcasting: Broadcasting(planner: APIServer.planner(apiConfiguration, recipients: lookup, pool: pool)) {
                await enqueuer.enqueue($0)
            }, indexesTexts: settings.searches, clock: { clock.now }, metrics: ClerkMetrics(metrics), logger: logger)
        return [lookup, clerks]
    }

    /// Runs services in the order they depend on each other until a signal comes, then stops them in reverse.
    func run(_ services: [any Service]) async throws {
        logger.notice(
            "starting",
            metadata: [
                "settings": .dictionary(
                    Logger.Metadata(uniqueKeysWithValues: settings.entries.map { ($0.name, "\($0.value)") }))
            ])
        var configuration = ServiceGroupConfiguration(
            services: [redis, clock] + services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(25)
        let group = ServiceGroup(configuration: configuration)
        do { try await group.run() } catch {
            await close()
            throw error
        }
        await close()
    }

    func close() async {
        await registry.shutdown()
        await outbound.shutdown()
        await pool.close()
    }
}
