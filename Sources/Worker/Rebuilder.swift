import Documents
import Foundation
import Logging
import Notifications
import Postgres
import Queue
import Telemetry

/// Makes Redis' index of a route again from Postgres, under an advisory lock, and knows the epochs.
struct Rebuilder: Sendable {
    private let pool: PostgresPool
    private let queue: DeliveryQueue
    private let deliveries: OpenDeliveries
    private let settings: RouteSettingsStore
    private let limits: ProviderLimitStore
    private let configuration: WorkerConfiguration
    private let metrics: WorkerMetrics
    private let logger: Logger

    init(
        pool: PostgresPool, queue: DeliveryQueue, configuration: WorkerConfiguration, metrics: WorkerMetrics,
        logger: Logger
    ) {
        self.pool = pool
        self.queue = queue
        deliveries = OpenDeliveries(pool: pool, timing: configuration.timing)
        settings = RouteSettingsStore(pool: pool)
        limits = ProviderLimitStore(pool: pool)
        self.configuration = configuration
        self.metrics = metrics
        self.logger = logger
    }

    func epoch(of route: Route) async throws -> Int64 { try await settings.epoch(of: route) }

    /// Rebuilds a route that answered `rebuild` to `epoch`, unless somebody else has done so by now.
    /// - Returns: the epoch to go on with; nil while another process is at it.
    func rebuild(_ route: Route, seen epoch: Int64) async throws -> Int64? {
        try await pool.withAdvisoryLock(AdvisoryLock.rebuild(route)) {
            let current = try await settings.epoch(of: route)
            if current != epoch { return current }
            return try await rebuild(route)
        }
    }

    /// Clears first, then enqueues what is open: a caller's own enqueue meanwhile either comes after the clearing and
    /// stays, or its delivery was committed before the pages are read. Live permits wait for their end, in their slots.
    private func rebuild(_ route: Route) async throws -> Int64 {
        let start = ContinuousClock.now
        let epoch = try await settings.startEpoch(of: route)
        try await queue.clear(route)
        if try await limits.all()[route]?.values.contains(where: { $0.maxConcurrent != nil }) == true {
            // A claim of before may not have its permit yet, by which its slot would be known.
            try await Task.sleep(for: PermitDesk.freshness * 2)
        }
        var count = 0
        var after: UUID? = UUID.version7Floor(at: .distantPast)
        while let place = after {
            let page = try await deliveries.page(
                route: route, after: place, horizon: DeliveryQueue.horizon, limit: DeliveryQueue.batchLimit)
            try await queue.enqueue(page.jobs, on: route)
            try await queue.occupy(page.jobs, on: route, fanOut: configuration.fanOut(on: route))
            count += page.jobs.count
            after = page.next
        }
        try await queue.open(route, epoch: epoch, pause: try await settings.pause(of: route))
        metrics.rebuilds[route].add()
        logger.notice(
            "rebuilt a route from Postgres",
            metadata: [
                "route": "\(route.rawValue)", "epoch": "\(epoch)", "deliveries": "\(count)",
                "milliseconds": "\((ContinuousClock.now - start).milliseconds)",
            ])
        return epoch
    }
}
