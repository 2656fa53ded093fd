import Documents
import Foundation
import Logging
import Notifications
import Postgres
import Queue
import Telemetry

/// Tells tenants' endpoints what happened: reads the event log and writes a message for each endpoint that wants to know,
/// which workers deliver like any other notification.
///
/// It goes by a position in the log that is kept for each endpoint, and moves it in the transaction that writes the
/// messages: whoever goes on after it neither skips nor doubles an event. An endpoint that is behind, or has as many
/// messages on their way as it may, is left where it is, and the rest waits in the log.
struct Herald: Clerk {
    /// After so long without one success an endpoint is disabled.
    static let endurance: Duration = .seconds(5 * 86400)
    /// How long to wait for those who write events just now.
    private static let patience: Duration = .seconds(2)

    private let feed: EndpointFeed
    private let log: EventLog
    private let queue: DeliveryQueue
    private let clock: @Sendable () -> Date
    private let metrics: ClerkMetrics
    private let logger: Logger

    /// - Parameter clock: the time of Postgres.
    init(
        pool: PostgresPool, queue: DeliveryQueue, clock: @escaping @Sendable () -> Date, metrics: ClerkMetrics,
        logger: Logger
    ) {
        feed = EndpointFeed(pool: pool)
        log = EventLog(pool: pool)
        self.queue = queue
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
    }

    var name: String { "herald" }
    var interval: Duration { .milliseconds(500) }

    func runOnce() async throws {
        // Where nobody wants to know, this is all that it costs.
        let followers = try await feed.followers()
        if followers.isEmpty { return }
        // Whoever writes for so long is waited for in the next round.
        guard let complete = try await log.settledNumber(patience: Herald.patience) else { return }
        // Those that are not behind are all at one place, and read the log together.
        for (position, group) in Dictionary(grouping: followers, by: \.position) where position < complete {
            try await announce(to: group, from: position, through: complete)
        }
        for follower in followers where follower.replay != nil { try await replay(to: follower) }
        let disabled = try await feed.disable(failingFor: Herald.endurance)
        if disabled > 0 { logger.notice("endpoints were disabled", metadata: ["count": "\(disabled)"]) }
    }

    private func announce(to group: [EndpointFollower], from start: Int64, through complete: Int64) async throws {
        var (group, position) = (group, start)
        while position < complete, !group.isEmpty, !Task.isCancelled {
            let (events, end) = try await feed.events(
                after: position, through: complete, tenants: Set(group.map(\.tenant)))
            let room = events.isEmpty ? [:] : try await feed.room(for: group)
            var (messages, steps): ([AcceptedNotification], [EndpointFeed.Step]) = ([], [])
            group = group.filter { follower in
                let share = follower.share(of: events, to: end, room: room[follower.id] ?? 0)
                guard let reached = share.end else { return false }
                messages += accepted(share.messages, tenant: follower.tenant)
                steps.append(EndpointFeed.Step(follower.id, from: position, to: reached))
                return reached == end
            }
            guard !steps.isEmpty, try await feed.announce(messages, steps) else { return }
            await enqueue(messages)
            position = end
        }
    }

    /// One page of what is told once more, so that no replay holds up what is new.
    private func replay(to follower: EndpointFollower) async throws {
        guard let replay = follower.replay else { return }
        let (events, end) = try await feed.events(
            after: replay.after, through: replay.until, tenants: [follower.tenant], since: replay.since)
        let room = try await feed.room(for: [follower])[follower.id] ?? 0
        let share = follower.share(of: events, to: end, room: room)
        guard let reached = share.end else { return }
        let messages = accepted(share.messages, tenant: follower.tenant)
        let step = EndpointFeed.Step(follower.id, from: replay.after, to: reached)
        if try await feed.replay(messages, step) { await enqueue(messages) }
    }

    private func accepted(_ messages: [EndpointMessage], tenant: String) -> [AcceptedNotification] {
        messages.map { AcceptedNotification($0, tenant: tenant, at: clock()) }
    }

    /// A failure costs time only: the sweep finds what Redis was not told.
    private func enqueue(_ messages: [AcceptedNotification]) async {
        if messages.isEmpty { return }
        metrics.endpointMessages.add(messages.count)
        let jobs = messages.map { message in
            QueuedDelivery(
                id: message.id, tenant: message.tenant, priority: message.content.priority, cost: 1, delay: .zero)
        }
        do { try await queue.enqueue(jobs, on: .webhook) } catch {
            logger.warning(
                "messages to endpoints were not enqueued; the sweep will do it",
                metadata: ["count": "\(jobs.count)", "error": "\(error)"])
        }
    }
}
