public import Documents
public import Events
public import Postgres
public import Queue
public import Telemetry

/// What the API works with.
public struct APIDependencies: Sendable {
    let notifications: NotificationStore
    var recipients: RecipientStore
    let lookup: RecipientLookup
    let inbox: Inbox
    var keys: KeyStore
    let log: EventLog
    let stats: Stats
    let routeSettings: RouteSettingsStore
    let permits: LivePermits
    let deadLetters: DeadLetterStore
    let redriver: Redriver
    let canceller: Canceller
    let receipts: ReceiptRecorder
    let suppressions: SuppressionStore
    let topics: TopicStore
    let broadcasts: BroadcastStore
    let endpoints: EndpointStore
    var templates: TemplateStore
    let shelf: TemplateShelf
    var preferences: PreferenceStore
    let preferenceBook: PreferenceBook
    let meter: RecipientMeter
    let writer: NotificationWriter
    let clock: ServerClock
    let queue: DeliveryQueue
    let limits: LimitBook
    let relay: EventRelay
    let health: HealthChecks
    let metrics: MetricsRegistry
    let lookups: LookupMetrics

    /// - Parameter pool: its time limits bound how long a request waits for Postgres.
    public init(
        pool: PostgresPool, lookup: RecipientLookup, writer: NotificationWriter, clock: ServerClock,
        queue: DeliveryQueue, limits: LimitBook, relay: EventRelay, health: HealthChecks,
        metrics: MetricsRegistry = MetricsRegistry(), lookups: LookupMetrics = LookupMetrics()
    ) {
        notifications = NotificationStore(pool: pool)
        recipients = RecipientStore(pool: pool)
        inbox = Inbox(pool: pool)
        keys = KeyStore(pool: pool)
        log = EventLog(pool: pool)
        stats = Stats(pool: pool)
        routeSettings = RouteSettingsStore(pool: pool)
        permits = LivePermits(pool: pool)
        deadLetters = DeadLetterStore(pool: pool)
        redriver = Redriver(pool: pool)
        canceller = Canceller(pool: pool)
        receipts = ReceiptRecorder(pool: pool)
        suppressions = SuppressionStore(pool: pool)
        topics = TopicStore(pool: pool)
        broadcasts = BroadcastStore(pool: pool)
        endpoints = EndpointStore(pool: pool)
        templates = TemplateStore(pool: pool)
        shelf = TemplateShelf(store: templates, metrics: lookups)
        preferences = PreferenceStore(pool: pool)
        preferenceBook = PreferenceBook(store: preferences, metrics: lookups)
        meter = RecipientMeter(pool: pool)
        self.lookup = lookup
        self.writer = writer
        self.clock = clock
        self.queue = queue
        self.limits = limits
        self.relay = relay
        self.health = health
        self.metrics = metrics
        self.lookups = lookups
    }
}
