import Foundation
import Notifications
import Postgres

/// The dead letters of one transaction with their documents, all locked: what is to be written is decided without I/O.
struct RedriveBatch {
    /// A document as it stands, under its lock.
    struct Document {
        var userId: String?
        var createdAt: Date
        var content: NotificationContent
        /// With what is known about the user now.
        var recipient: Recipient
        var channels: [NotificationChannel: ChannelState]
        /// Rounds of its letters.
        var letters: [Route: Int] = [:]
        /// The present, by Postgres.
        var now: Date
    }

    private struct Work {
        var id: UUID
        var route: Route
        var round: Int
        var cost: Int
        var content: NotificationContent
        var collapseGroup: String?
        var lifetime: TimeInterval
    }

    private let tenant: String
    private var changed: [UUID: [NotificationChannel: ChannelState]] = [:]
    private var work: [Work] = []
    private var done: [(id: UUID, route: Route)] = []
    private var events: [StatusEvent] = []

    init(_ documents: (found: [UUID: Document], gone: [(id: UUID, route: Route)]), tenant: String) {
        self.tenant = tenant
        done = documents.gone
        for (id, document) in documents.found.sorted(by: { $0.key.text < $1.key.text }) { redrive(id, document) }
    }

    private mutating func redrive(_ id: UUID, _ document: Document) {
        var channels = document.channels
        for (route, round) in document.letters.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let targets = document.recipient.targets(on: route).map(\.id)
            let previous = channels[route.channel]?.status
            switch channels[route.channel]?.redrive(route, after: round, targets: targets) ?? .settled {
            case .busy: continue
            case .settled: done.append((id, route))
            case .redriven(let round):
                done.append((id, route))
                changed[id] = channels
                open(id, document, route, round, channels[route.channel], targets: targets, previous: previous)
            }
        }
    }

    private mutating func open(
        _ id: UUID, _ document: Document, _ route: Route, _ round: Int, _ state: ChannelState?, targets: [String],
        previous: DeliveryStatus?
    ) {
        let status = state?.status ?? .pending
        let openTargets = targets.filter { state?.targets[$0]?.status.isOpen ?? true }
        // As much time as the caller gave it at first, from now.
        let lifetime = document.content.expiresAt.timeIntervalSince(document.content.sendAt ?? document.createdAt)
        work.append(
            Work(
                id: id, route: route, round: round,
                cost: max(1, document.content.cost(on: route, addresses: openTargets.count)),
                content: document.content, collapseGroup: document.content.collapseGroup(of: document.userId),
                lifetime: lifetime))
        events.append(
            StatusEvent(
                notificationId: id, tenant: tenant, userId: document.userId, channel: route.channel, route: route,
                status: status.rawValue, previous: status == previous ? nil : previous, outcome: "redriven",
                at: document.now))
    }

    func write(on connection: PostgresConnection) async throws -> Redriven {
        if done.isEmpty { return Redriven() }
        try await Documents.write(changed, on: connection)
        try await connection.query(
            """
            INSERT INTO deliveries
                (notification_id, route, tenant, priority, cost, at_most_once, cancellation_key, collapse_key,
                broadcast_id, not_before, expires_at, round)
            SELECT id, route, \(tenant), priority, cost, at_most_once, cancellation_key,
                sha256(convert_to(collapse_group, 'UTF8')), broadcast_id, now(),
                now() + make_interval(secs => seconds), round
            FROM unnest(
                \(work.map(\.id)), \(work.map(\.route.rawValue)),
                \(work.map { Int16($0.content.priority.rawValue) }), \(work.map { Int32($0.cost) }),
                \(work.map { $0.content.guarantee == .atMostOnce }), \(work.map(\.content.cancellationKey)),
                \(work.map(\.collapseGroup)), \(work.map(\.content.broadcastId)), \(work.map(\.lifetime)),
                \(work.map { Int32($0.round) })
            ) AS w(id, route, priority, cost, at_most_once, cancellation_key, collapse_group, broadcast_id, seconds,
                round)
            """)
        try await connection.query(
            """
            DELETE FROM dead_letters l USING unnest(\(done.map(\.id)), \(done.map(\.route.rawValue))) AS u(id, route)
            WHERE l.notification_id = u.id AND l.route = u.route
            """)
        let jobs = work.map { work in
            (
                work.route,
                QueuedDelivery(
                    id: work.id, tenant: tenant, priority: work.content.priority, cost: work.cost, delay: .zero)
            )
        }
        return Redriven(
            events: try await EventLog.append(events, on: connection),
            jobs: Dictionary(grouping: jobs, by: \.0).mapValues { $0.map(\.1) })
    }
}

extension RedriveBatch {
    /// Locks the documents of letters, then the letters that are still there. In this order, as whoever reports on a
    /// delivery holds its document before it writes a letter.
    static func lock(
        _ letters: some Collection<DeadLetter>, tenant: String, on connection: PostgresConnection
    ) async throws -> (found: [UUID: Document], gone: [(id: UUID, route: Route)]) {
        let ids = Array(Set(letters.map(\.notificationId)))
        let channels = try await Documents.lock(ids, on: connection)
        var found: [UUID: Document] = [:]
        for row in try await connection.query(
            """
            SELECT n.id, n.user_id, n.created_at, n.content, now(), r.profile,
                \(devicesOf: "n") AS devices
            FROM notifications n LEFT JOIN recipients r ON r.tenant = n.tenant AND r.user_id = n.user_id
            WHERE n.id = ANY(\(ids)) AND n.tenant = \(tenant)
            """)
        {
            let id: UUID = try row.get(0)
            let content = NotificationContent(stored: try row.get(3, as: JSONB.self).json)
            found[id] = Document(
                userId: try row.get(1), createdAt: try row.get(2), content: content,
                recipient: try content.recipient(knownBy: row), channels: channels[id] ?? [:],
                now: try row.get(4))
        }
        var gone: [(id: UUID, route: Route)] = []
        for row in try await connection.query(
            """
            SELECT l.notification_id, l.route, l.round FROM dead_letters l
            JOIN unnest(\(letters.map(\.notificationId)), \(letters.map(\.route.rawValue))) AS u(id, route)
                ON l.notification_id = u.id AND l.route = u.route
            WHERE l.tenant = \(tenant)
            """)
        {
            let id: UUID = try row.get(0)
            guard let route = Route(rawValue: try row.get(1)) else { continue }
            if found[id] == nil {
                gone.append((id, route))
            } else {
                found[id]?.letters[route] = Int(try row.get(2, as: Int32.self))
            }
        }
        return (found, gone)
    }
}
