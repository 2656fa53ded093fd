import Documents
import Foundation
import Logging
import Notifications
import Postgres
import Queue
import Telemetry

/// Makes the notifications of broadcasts, a page of subscribers at a time, and ends what is left of cancelled ones.
///
/// Broadcasts take turns, a page each, so that a small one is through before a large one that came first. A broadcast
/// that fails is left at the place where it is, and tried again a little later.
struct Broadcaster: Clerk {
    /// Subscribers of one transaction at most.
    static let pageSize = 500
    /// Bytes of all that one transaction writes, as far as the request says how many that are.
    private static let pageBytes = 8 << 20
    /// How long one that failed lets the others go first.
    private static let rest: Duration = .seconds(1)
    /// How long to wait for what workers have locked of a cancelled one.
    private static let patience: Duration = .seconds(5)
    /// Notifications of a cancelled broadcast that are ended in one turn.
    private static let cancelSize = 1000
    /// Broadcasts that take turns; the others follow.
    private static let crowd = 20

    let store: BroadcastStore
    let canceller: Canceller
    let queue: DeliveryQueue
    let planner: any NotificationPlanner
    /// The time of Postgres, which ids are made of.
    let clock: @Sendable () -> Date
    let metrics: ClerkMetrics
    let logger: Logger
    /// Told what was committed. What it does not do, the sweep does.
    let onCommit: @Sendable ([AcceptedNotification]) async -> Void

    var name: String { "broadcaster" }
    /// How long an accepted broadcast waits at most while there is no other. One look at an empty index each.
    var interval: Duration { .milliseconds(500) }

    func runOnce() async throws {
        var failed: [UUID: ContinuousClock.Instant] = [:]
        while !Task.isCancelled {
            failed = failed.filter { $0.value > .now - Broadcaster.rest }
            let broadcasts = try await store.unsettled(limit: Broadcaster.crowd, except: Array(failed.keys))
            if broadcasts.isEmpty { return }
            for broadcast in broadcasts {
                if await !hasServed(broadcast) { failed[broadcast.id] = .now }
            }
        }
    }

    /// Gives a broadcast its turn. Returns false when that failed.
    private func hasServed(_ broadcast: Broadcast) async -> Bool {
        if Task.isCancelled { return false }
        do {
            switch broadcast.status {
            case .expanding:
                let fitting = Broadcaster.pageBytes / max(1, broadcast.request.utf8.count)
                try await expand(broadcast, limit: min(max(1, fitting), Broadcaster.pageSize))
            case .cancelled: try await end(broadcast)
            case .done: return false
            }
            return true
        } catch {
            if !Task.isCancelled {
                logger.warning(
                    "a broadcast did not get on",
                    metadata: ["broadcastId": "\(broadcast.id.text)", "error": "\(error)"])
            }
            return false
        }
    }

    /// Makes the next page. When what it says is too much at once, or Postgres refuses it, half of it, until the guilty
    /// subscriber stands alone and is skipped.
    private func expand(_ broadcast: Broadcast, limit: Int) async throws {
        let userIds = try await store.subscribers(of: broadcast, limit: limit)
        let isLast = userIds.count < limit
        let now = clock()
        let draft = broadcast.draft(to: userIds)
        do {
            let plans = userIds.isEmpty ? [] : try await planner.plans(draft, tenant: broadcast.tenant, at: now)
            let page = try await store.write(of: broadcast, charges: plans.charges, at: now) { answers in
                BroadcastPage(userIds, plans.settled(by: answers, at: now) { "to[\($0)]" }, isLast: isLast)
            }
            if let page { await tell(page, of: broadcast) }
        } catch is TooManyAtOnce {
            try await expand(broadcast, limit: userIds.count / 2)
        } catch {
            guard (error as? PostgresError)?.isRefusal == true, let userId = userIds.first else { throw error }
            if userIds.count > 1 { return try await expand(broadcast, limit: userIds.count / 2) }
            let page = try await store.write(of: broadcast, at: now) { _ in
                BroadcastPage(refused: userId, isLast: isLast)
            }
            if let page { await tell(page, of: broadcast) }
        }
    }

    /// Where somebody cancelled it, or another process has the clerks now, there is no page, and the next look says what
    /// is so.
    private func tell(_ page: BroadcastPage, of broadcast: Broadcast) async {
        metrics.subscribers[.notified].add(page.notifications.count)
        metrics.subscribers[.skipped].add(page.userIds.count - page.notifications.count)
        await onCommit(page.notifications)
        if page.isLast {
            logger.info("a broadcast is through", metadata: ["broadcastId": "\(broadcast.id.text)"])
        }
    }

    /// Ends some of what is open of a cancelled broadcast. No permit is granted for it any more, so it is only written.
    private func end(_ broadcast: Broadcast) async throws {
        // Whoever cancelled it may have died before all of it was flagged, and counted.
        try await store.flag(broadcast.id, tenant: broadcast.tenant, patience: Broadcaster.patience)
        let ids = try await store.waiting(broadcast, limit: Broadcaster.cancelSize)
        if ids.isEmpty { return try await store.settle(broadcast) }
        _ = try await canceller.cancel(ids, tenant: broadcast.tenant) { cancelled in await tell(cancelled) }
        try await store.giveWay(broadcast)
    }

    /// A failure costs little: live events may be missed, and a worker that meets a cancelled job is told by Postgres.
    private func tell(_ cancelled: Cancelled) async {
        do {
            try await queue.publish(cancelled.events)
            for (route, ids) in cancelled.jobs { try await queue.cancel(ids, on: route) }
        } catch {
            logger.warning("Redis was not told of what was cancelled", metadata: ["error": "\(error)"])
        }
    }
}
