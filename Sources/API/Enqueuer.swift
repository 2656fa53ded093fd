public import Documents
import Foundation
public import Logging
public import Notifications
public import Queue

/// What follows the commit of notifications: their deliveries go into the queue, and whoever listens is told.
///
/// Nothing here can be lost for good: the sweep finds deliveries that Redis does not know, so a failure is only logged.
public struct Enqueuer: Sendable {
    private let queue: DeliveryQueue
    private let canceller: Canceller
    private let clock: ServerClock
    private let logger: Logger

    public init(queue: DeliveryQueue, canceller: Canceller, clock: ServerClock, logger: Logger) {
        self.queue = queue
        self.canceller = canceller
        self.clock = clock
        self.logger = logger
    }

    /// Enqueues and publishes what was committed, and ends what it took the place of.
    public func enqueue(_ accepted: [AcceptedNotification]) async {
        await enqueue(Enqueuer.jobs(accepted, at: clock.now), publishing: accepted.flatMap(Enqueuer.events))
        do {
            if let collapsed = try await canceller.collapse(under: accepted) { await withdraw(collapsed) }
        } catch {
            logger.warning(
                "what newer notifications took the place of ends only when its time comes",
                metadata: ["error": "\(error)"])
        }
    }

    /// The same for what was re-driven.
    func enqueue(_ redriven: Redriven) async {
        await enqueue(redriven.jobs, publishing: redriven.events)
    }

    private func enqueue(_ jobs: [Route: [QueuedDelivery]], publishing events: [StatusEvent]) async {
        // First, or a quick worker's `sent` could be heard before `accepted`.
        await publish(events)
        await withDiscardingTaskGroup { group in
            for (route, jobs) in jobs {
                group.addTask { await enqueue(jobs, on: route) }
            }
        }
    }

    private func enqueue(_ jobs: [QueuedDelivery], on route: Route) async {
        do { try await queue.enqueue(jobs, on: route) } catch {
            logger.warning(
                "deliveries were not enqueued; the sweep will do it",
                metadata: ["route": "\(route.rawValue)", "count": "\(jobs.count)", "error": "\(error)"])
        }
    }

    /// Publishes what was cancelled and drops it from the queue. What stays there costs its worker a question to Postgres,
    /// no more.
    func withdraw(_ cancelled: Cancelled) async {
        await publish(cancelled.events)
        for (route, ids) in cancelled.jobs {
            do { try await queue.cancel(ids, on: route) } catch {
                logger.warning(
                    "cancelled deliveries stay in the queue until their turn",
                    metadata: ["route": "\(route.rawValue)", "count": "\(ids.count)", "error": "\(error)"])
            }
        }
    }

    func publish(_ events: [StatusEvent]) async {
        do { try await queue.publish(events) } catch {
            logger.warning(
                "events were not published", metadata: ["count": "\(events.count)", "error": "\(error)"])
        }
    }

    /// The jobs of each route. What is due beyond the queue's horizon is fed to it when its time comes near.
    static func jobs(_ accepted: [AcceptedNotification], at now: Date) -> [Route: [QueuedDelivery]] {
        var jobs: [Route: [QueuedDelivery]] = [:]
        for notification in accepted {
            for delivery in notification.deliveries {
                let due = delivery.notBefore ?? notification.content.sendAt
                let delay = due.map { wait(until: $0, from: now) } ?? .zero
                guard delay <= DeliveryQueue.horizon else { continue }
                jobs[delivery.route, default: []].append(
                    QueuedDelivery(
                        id: notification.id, tenant: notification.tenant, priority: notification.content.priority,
                        cost: delivery.cost, delay: delay))
            }
        }
        return jobs
    }

    /// In whole milliseconds, rounded up: whoever asks early for a permit has to come again. A `Date` is good for
    /// microseconds, and what is finer is no reason to wait for longer.
    private static func wait(until due: Date, from now: Date) -> Duration {
        let microseconds = (max(0, due.timeIntervalSince(now)) * 1_000_000).rounded()
        return .milliseconds(Int64((microseconds / 1000).rounded(.up)))
    }

    /// `accepted`, and `unread` for what lies in the inbox at once.
    static func events(_ notification: AcceptedNotification) -> [StatusEvent] {
        // Of what Belfry tells by itself nobody is told.
        if notification.content.endpointMessage != nil { return [] }
        let accepted = StatusEvent(
            notificationId: notification.id, tenant: notification.tenant, userId: notification.userId,
            status: "accepted", at: notification.createdAt)
        guard notification.isUnread else { return [accepted] }
        let unread = StatusEvent(
            notificationId: notification.id, tenant: notification.tenant, userId: notification.userId,
            channel: .inApp, route: .inApp, status: DeliveryStatus.unread.rawValue, at: notification.createdAt)
        return [accepted, unread]
    }
}
