public import Documents
import HTTPTypes
import Hummingbird
import HummingbirdCore
public import Logging
public import Notifications
public import Postgres
public import ServiceLifecycle
import Telemetry

/// The HTTP API as a service. Graceful shutdown stops accepting, lets requests finish and ends event streams.
public struct APIServer: Service {
    private let configuration: APIConfiguration
    private let endpoints: [Endpoint]
    private let authenticator: Authenticator
    private let bodies: BodyReader
    private let limiter: RateLimiter
    private let budget: ByteBudget
    private let gate: LoadGate
    private let metrics: RequestMetrics
    private let logger: Logger
    private let onServerRunning: @Sendable (_ port: Int) async -> Void

    /// All that is kept of look-ups here: to be told what became stale.
    public let caches: [any StaleListener]

    /// Connections that the system keeps for us to take. With fewer, a thousand that come at once meet resets.
    private static let backlog = 4096

    /// - Parameter onServerRunning: called with the bound port once requests are accepted.
    public init(
        _ configuration: APIConfiguration, _ dependencies: APIDependencies, logger: Logger,
        onServerRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.onServerRunning = onServerRunning
        let clock = dependencies.clock
        authenticator = Authenticator(
            keys: dependencies.keys, lifetime: configuration.keyLifetime, metrics: dependencies.lookups,
            now: { clock.now })
        caches = [
            authenticator.cache, dependencies.lookup.cache, dependencies.shelf.cache,
            dependencies.preferenceBook.cache,
        ]
        let announcer = StaleAnnouncer(caches: caches, queue: dependencies.queue, logger: logger)
        var dependencies = dependencies
        dependencies.recipients.onChange = { await announcer.tell($0) }
        dependencies.keys.onChange = { await announcer.tell($0) }
        dependencies.templates.onChange = { await announcer.tell($0) }
        dependencies.preferences.onChange = { await announcer.tell($0) }
        bodies = BodyReader(limit: configuration.maximumBodyBytes)
        limiter = RateLimiter(standardRate: configuration.keyRate)
        budget = ByteBudget(limit: configuration.maximumBodyBytesTogether)
        gate = LoadGate(dependencies.metrics, crowd: configuration.crowd) { [writer = dependencies.writer] in
            writer.pressure
        }
        endpoints = APIServer.endpoints(configuration, dependencies, authenticator, bodies, limiter, gate, logger)
        metrics = RequestMetrics(dependencies.metrics, routes: endpoints.map(\.route))
    }

    /// The route table: every route with the scope it asks for.
    public var routes: [APIRoute] { endpoints.map(\.route) }

    public func run() async throws {
        let refusal = Refusal(metrics, origins: configuration.allowedOrigins)
        let application = Application(
            router: router(),
            server: HTTPServerBuilder { [configuration, metrics, gate] in
                GuardedConnection(
                    configuration, open: metrics.connections, makeDoorkeeper: { Doorkeeper(gate, refusal) },
                    responder: $0)
            },
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: APIServer.backlog,
                availableConnectionsDelegate: .maximum(configuration.maximumConnections, logger: logger)),
            onServerRunning: { [onServerRunning] channel in
                await onServerRunning(channel.localAddress?.port ?? 0)
            },
            logger: logger)
        try await application.run()
    }
}

extension APIServer {
    private static func endpoints(
        _ configuration: APIConfiguration, _ dependencies: APIDependencies, _ authenticator: Authenticator,
        _ bodies: BodyReader, _ limiter: RateLimiter, _ gate: LoadGate, _ logger: Logger
    ) -> [Endpoint] {
        let intake = Intake(
            configuration, recipients: dependencies.lookup, templates: dependencies.shelf,
            preferences: dependencies.preferenceBook)
        let broadcasts = BroadcastEndpoints(
            intake: intake, topics: dependencies.topics, broadcasts: dependencies.broadcasts,
            writer: dependencies.writer)
        let notifications = NotificationEndpoints(
            bodies: bodies, intake: intake, writer: dependencies.writer,
            onSave: dependencies.recipients.onChange, broadcasts: broadcasts, store: dependencies.notifications,
            searches: configuration.searches, log: dependencies.log, clock: dependencies.clock,
            metrics: AcceptMetrics(dependencies.metrics),
            limiter: limiter, gate: gate, logger: logger)
        let users = UserEndpoints(
            bodies: bodies, addresses: intake.addresses, recipients: dependencies.recipients, limiter: limiter)
        let enqueuer = Enqueuer(
            queue: dependencies.queue, canceller: dependencies.canceller, clock: dependencies.clock, logger: logger)
        let inbox = InboxEndpoints(inbox: dependencies.inbox, clock: dependencies.clock, enqueuer: enqueuer)
        let stream = StreamEndpoints(
            relay: dependencies.relay, log: dependencies.log, authenticator: authenticator,
            heartbeat: configuration.heartbeat)
        let queues = QueueEndpoints(
            queue: dependencies.queue, settings: dependencies.routeSettings, permits: dependencies.permits,
            providers: configuration.providers, limits: dependencies.limits, logger: logger)
        let providers = ProviderEndpoints(
            bodies: bodies, providers: configuration.providers, limits: dependencies.limits,
            queue: dependencies.queue, clock: dependencies.clock, logger: logger)
        let operations = OperationsEndpoints(
            checks: dependencies.health, metrics: configuration.servesMetrics ? dependencies.metrics : nil)
        let deadLetters = DeadLetterEndpoints(
            bodies: bodies, store: dependencies.deadLetters, redriver: dependencies.redriver,
            enqueuer: enqueuer)
        let cancels = CancelEndpoints(
            bodies: bodies, canceller: dependencies.canceller, notifications: dependencies.notifications,
            enqueuer: enqueuer)
        let retries = RetryEndpoints(
            bodies: bodies, notifications: dependencies.notifications, redriver: dependencies.redriver,
            enqueuer: enqueuer)
        let receipts = ReceiptEndpoints(
            bodies: bodies, parsers: configuration.receiptParsers, publicURL: configuration.publicURL,
            recorder: dependencies.receipts, clock: dependencies.clock, enqueuer: enqueuer,
            metrics: ReceiptMetrics(dependencies.metrics, providers: configuration.receiptParsers.keys.sorted()),
            logger: logger)
        let clock = dependencies.clock
        let keys = KeyEndpoints(
            bodies: bodies, mint: KeyMint(keys: dependencies.keys) { clock.now }, standardRate: configuration.keyRate)
        let webhooks = WebhookEndpoints(
            bodies: bodies, store: dependencies.endpoints, writer: dependencies.writer, clock: clock,
            urlCheck: configuration.urlCheck, isServed: configuration.providedRoutes.contains(.webhook))
        let templates = TemplateEndpoints(
            bodies: bodies, store: dependencies.templates, shelf: dependencies.shelf,
            maximumBytes: configuration.maximumSingleBodyBytes)
        let explain = ExplainEndpoints(
            bodies: bodies, intake: intake, meter: dependencies.meter, suppressions: dependencies.suppressions,
            outlook: RouteOutlook(
                providers: configuration.providers, limits: dependencies.limits,
                settings: dependencies.routeSettings, queue: dependencies.queue, logger: logger),
            limiter: limiter, clock: dependencies.clock)
        let preferences = PreferenceEndpoints(
            bodies: bodies, store: dependencies.preferences)
        let unsubscribe = UnsubscribeEndpoints(
            links: configuration.unsubscribeLinks, store: dependencies.suppressions)
        return notifications.all + cancels.all + retries.all + receipts.all
            + SuppressionEndpoints(store: dependencies.suppressions).all + unsubscribe.all + users.all + inbox.all
            + templates.all + preferences.all + explain.all
            + stream.all + EventEndpoints(log: dependencies.log, settled: SettledLog(dependencies.log)).all
            + StatsEndpoints(stats: dependencies.stats, clock: dependencies.clock).all
            + queues.all
            + TopicEndpoints(bodies: bodies, topics: dependencies.topics, clock: dependencies.clock).all
            + broadcasts.all
            + deadLetters.all
            + providers.all + keys.all + webhooks.all + operations.all + DescriptionEndpoints().all
    }

    /// What decides about requests, for whoever makes the notifications of broadcasts.
    public static func planner(
        _ configuration: APIConfiguration, recipients: RecipientLookup, pool: PostgresPool
    ) -> any NotificationPlanner {
        let intake = Intake(
            configuration, recipients: recipients,
            templates: TemplateShelf(store: TemplateStore(pool: pool), metrics: LookupMetrics()),
            preferences: PreferenceBook(store: PreferenceStore(pool: pool)))
        return BroadcastPlanner(intake: intake)
    }

    private func router() -> Router<APIContext> {
        let frame = RequestFrame(configuration, metrics: metrics, logger: logger)
        return EndpointRouter(endpoints: endpoints, frame: frame, respond: respond).router
    }

    private func respond(to request: Request, _ context: APIContext, at endpoint: Endpoint) async throws -> Response {
        let caller = try await authenticator.caller(request.headers, for: endpoint.route.scope)
        try limiter.admit(caller)
        do {
            if endpoint.route.needsLiveKey, caller.isTest { throw Problem.liveKeyNeeded }
            try endpoint.query.check(request)
            let call = Call(request, context, caller: caller)
            var response = try await budget.spend(bodies.bytesAnnounced(by: request)) {
                try await endpoint.respond(call)
            }
            response.headers.append(contentsOf: limiter.headers(for: caller))
            return response
        } catch var problem as Problem {
            problem.headers.append(contentsOf: limiter.headers(for: caller))
            throw problem
        }
    }
}
