import API
import Documents
import Events
import Notifications
import Outbound
import Postgres
import Providers
import Redis
import ServiceLifecycle

extension ProcessContext {
    /// The services of the API, in the order they depend on each other: look-up, writer, relays, server.
    /// - Parameter onRunning: is told the URL once requests are accepted.
    func api(onRunning: @escaping @Sendable (String) async -> Void) -> [any Service] {
        let enqueuer = Enqueuer(queue: queue, canceller: Canceller(pool: pool), clock: clock, logger: logger)
        let writer = NotificationWriter(pool: pool, metrics: WriterMetrics(metrics), logger: logger) {
            await enqueuer.enqueue($0)
        }
        let lookups = LookupMetrics(metrics)
        let lookup = RecipientLookup(pool: pool, lifetime: settings.recipientCache, metrics: lookups)
        let relay = EventRelay(
            subscriber: RedisSubscriber(configuration: settings.redis, logger: logger), metrics: RelayMetrics(metrics),
            logger: logger)
        var configuration = apiConfiguration
        configuration.host = settings.host
        configuration.port = settings.port
        configuration.receiptParsers = settings.providers.receiptParsers(outbound)
        configuration.publicURL = settings.publicURL
        configuration.searches = settings.searches
        configuration.unsubscribeLinks = settings.unsubscribeLinks
        configuration.keyRate = settings.keyRate
        configuration.allowedOrigins = settings.allowedOrigins
        configuration.maximumConnections = OpenFiles.raised(logger: logger).connections(
            wanted: settings.maximumConnections, poolSize: settings.postgres.poolSize, logger: logger)
        configuration.servesMetrics = settings.servesMetrics
        registerFleetMetrics()
        let readiness = Readiness()
        let host = settings.host
        let server = APIServer(
            configuration,
            APIDependencies(
                pool: pool, lookup: lookup, writer: writer, clock: clock, queue: queue, limits: limits,
                relay: relay, health: health(readiness), metrics: metrics, lookups: lookups),
            logger: logger
        ) { port in
            readiness.isServing = true
            await onRunning("http://\(host):\(port)")
        }
        let stale = StaleRelay(
            subscriber: RedisSubscriber(configuration: settings.redis, logger: logger), listeners: server.caches,
            logger: logger)
        return [lookup, writer, relay, stale, server, readiness]
    }

    /// What requests are checked and planned by, in whichever process that is done.
    var apiConfiguration: APIConfiguration {
        let policy = OutboundPolicy(allowed: settings.outbound.allowed)
        var configuration = APIConfiguration(
            providedRoutes: registry.routes, urlCheck: { policy.check(url: $0)?.message })
        configuration.providers = providerNames
        return configuration
    }
}
