import Documents
import Foundation
import Logging
import Notifications
import Postgres
import Queue
import Synchronization
import Telemetry

/// Enqueues again whatever is open in Postgres and unknown to Redis, and so feeds in what was too far ahead before.
///
/// It goes by state, never by a cursor over what it saw: transactions commit out of order. Enqueueing what Redis knows
/// changes nothing.
final class Sweeper: Clerk {
    enum Scope: String, CaseIterable {
        /// The last minutes, often: what a caller's enqueue or a failing Redis lost.
        case recent
        /// All open work, at a bounded rate.
        case all
    }

    /// How far back the recent window reaches.
    private static let window: TimeInterval = 180
    /// By how much a notification may be committed later than its id says: longer than any caller is made to wait.
    private static let lateness: TimeInterval = 30
    /// Between two pages of 500. While Redis knows all that is asked, the sweep is nobody's first concern.
    private static let calmPace: Duration = .milliseconds(100)
    /// Once something is found missing: 20,000 ids a second at most.
    private static let urgentPace: Duration = .milliseconds(25)

    private let deliveries: OpenDeliveries
    private let queue: DeliveryQueue
    private let scope: Scope
    private let clock: @Sendable () -> Date
    private let metrics: ClerkMetrics
    private let logger: Logger
    /// Before which nothing of a route is open any more, as the last round found.
    private let settled = Mutex<[Route: Date]>([:])

    /// - Parameter clock: the time of Postgres, which ids are made of.
    init(
        pool: PostgresPool, queue: DeliveryQueue, timing: DeliveryTiming, scope: Scope,
        clock: @escaping @Sendable () -> Date, metrics: ClerkMetrics, logger: Logger
    ) {
        deliveries = OpenDeliveries(pool: pool, timing: timing)
        self.queue = queue
        self.scope = scope
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
    }

    var name: String { "sweeper.\(scope.rawValue)" }
    var interval: Duration { scope == .recent ? .seconds(5) : .seconds(60) }

    func runOnce() async throws {
        for route in Route.allCases { try await sweep(route) }
    }

    private func sweep(_ route: Route) async throws {
        let begin = clock()
        var after: UUID? = UUID.version7Floor(at: start(route, at: begin))
        var oldest: UUID?
        var added = 0
        while let place = after {
            let page = try await deliveries.page(
                route: route, after: place, horizon: DeliveryQueue.horizon, limit: DeliveryQueue.batchLimit)
            let missing = try await queue.enqueue(page.jobs, on: route).count { $0 != .exists }
            added += missing
            oldest = oldest ?? page.first
            after = page.next
            if after != nil { try await Task.sleep(for: missing > 0 ? Sweeper.urgentPace : Sweeper.calmPace) }
        }
        metrics.swept[scope].add(added)
        // A queue table keeps the index entries of what is gone until it is vacuumed. Reading past them again and again
        // would cost more than all else, so the next round starts where this one found the first open delivery.
        let late = begin.addingTimeInterval(-Sweeper.lateness)
        settled.withLock { $0[route] = min(oldest?.version7Date ?? late, late) }
        if added > 0 {
            logger.notice(
                "the sweep enqueued what Redis had lost", metadata: ["route": "\(route.rawValue)", "count": "\(added)"])
        }
    }

    /// Where a round begins. The other scope's rounds know nothing of what was scheduled long ago and is due now: every
    /// round of it begins at the very start.
    private func start(_ route: Route, at now: Date) -> Date {
        guard scope == .recent else { return .distantPast }
        return max(now.addingTimeInterval(-Sweeper.window), settled.withLock { $0[route] } ?? .distantPast)
    }
}
