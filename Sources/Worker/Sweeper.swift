import Documents
import Foundation
import Logging
import Notifications
import Postgres
import Queue
import Telemetry

/// Enqueues again whatever is open in Postgres and unknown to Redis, and so feeds in what was too far ahead before.
///
/// It goes by state, never by a cursor over what it saw: transactions commit out of order. Enqueueing what Redis knows
/// changes nothing.
struct Sweeper: Clerk {
    enum Scope: String, CaseIterable {
        /// The last minutes, often: what a caller's enqueue or a failing Redis lost.
        case recent
        /// All open work, at a bounded rate.
        case all
    }

    /// How far back the recent window reaches.
    private static let window: TimeInterval = 180
    /// Between two pages of 500: 20,000 ids a second at most.
    private static let pace: Duration = .milliseconds(25)

    private let deliveries: OpenDeliveries
    private let queue: DeliveryQueue
    private let scope: Scope
    private let metrics: ClerkMetrics
    private let logger: Logger

    init(
        pool: PostgresPool, queue: DeliveryQueue, timing: DeliveryTiming, scope: Scope, metrics: ClerkMetrics,
        logger: Logger
    ) {
        deliveries = OpenDeliveries(pool: pool, timing: timing)
        self.queue = queue
        self.scope = scope
        self.metrics = metrics
        self.logger = logger
    }

    var name: String { "sweeper.\(scope.rawValue)" }
    var interval: Duration { scope == .recent ? .seconds(5) : .seconds(30) }

    func runOnce() async throws {
        for route in Route.allCases { try await sweep(route) }
    }

    private func sweep(_ route: Route) async throws {
        let start = scope == .recent ? Date().addingTimeInterval(-Sweeper.window) : .distantPast
        var after: UUID? = UUID.version7Floor(at: start)
        var added = 0
        while let place = after {
            let page = try await deliveries.page(
                route: route, after: place, horizon: DeliveryQueue.horizon, limit: DeliveryQueue.batchLimit)
            added += try await queue.enqueue(page.jobs, on: route).count { $0 != .exists }
            after = page.next
            if after != nil { try await Task.sleep(for: Sweeper.pace) }
        }
        metrics.swept[scope].add(added)
        if added > 0 {
            logger.notice(
                "the sweep enqueued what Redis had lost", metadata: ["route": "\(route.rawValue)", "count": "\(added)"])
        }
    }
}
