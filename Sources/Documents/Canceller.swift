public import Foundation
public import Notifications
public import Postgres

/// Takes back what was accepted and is still open.
///
/// First the deliveries are flagged, for good: from then on no permit is granted for them, whatever becomes of us. What
/// nobody held a permit for then ends as a worker would end it; what somebody is just sending may still be sent, and is
/// not tried again. A worker that meets a flagged delivery ends it likewise, so nothing is lost between the two steps.
public struct Canceller: Sendable {
    /// Notifications in one statement.
    private static let batchSize = 100

    let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The notifications of a key that have anything open, oldest first.
    /// - Parameter onlyTests: leaves out what was sent with a live key.
    /// - Returns: at most `limit`, and whether there are more.
    public func open(
        cancellationKey: String, tenant: String, onlyTests: Bool = false, limit: Int
    ) async throws -> (ids: [UUID], hasMore: Bool) {
        let ids = try await pool.query(
            """
            SELECT DISTINCT notification_id FROM deliveries d
            WHERE tenant = \(tenant) AND cancellation_key = \(cancellationKey)
                AND (NOT \(onlyTests) OR EXISTS (SELECT FROM notifications n
                    WHERE n.id = d.notification_id AND n.content -> 'test' = 'true'))
            ORDER BY notification_id LIMIT \(limit + 1)
            """
        ).map { try $0.get(0, as: UUID.self) }
        return (Array(ids.prefix(limit)), ids.count > limit)
    }

    /// Cancels what is open of a tenant's notifications, batch by batch; `onCommit` is handed what is to be published of
    /// each, and dropped from the queue.
    /// - Returns: of those that had anything open, what became of each channel.
    public func cancel(
        _ ids: [UUID], tenant: String, onCommit: (_ cancelled: Cancelled) async -> Void
    ) async throws -> [Cancellation] {
        var cancellations: [UUID: Cancellation] = [:]
        for start in stride(from: 0, to: ids.count, by: Canceller.batchSize) {
            let rows = try await flag(Array(ids[start..<min(start + Canceller.batchSize, ids.count)]), tenant: tenant)
            let cancelled = try await end(rows)
            for row in rows {
                let id = row.permit.notificationId
                cancellations[id, default: Cancellation(id: id, channels: row.channels)]
                    .note(row.isInFlight ? .inFlight : .cancelled, on: row.permit.route.channel)
            }
            await onCommit(cancelled)
        }
        return ids.compactMap { cancellations[$0] }
    }

    /// Ends what of flagged deliveries nobody is sending, and logs it.
    func end(_ rows: [FlaggedDelivery]) async throws -> Cancelled {
        var cancelled = Cancelled()
        let idle = rows.filter { !$0.isInFlight }.map(\.record)
        for recorded in idle.isEmpty ? [] : try await OutcomeRecorder(pool: pool).record(idle) {
            let permit = recorded.record.permit
            cancelled.events += recorded.events
            cancelled.jobs[permit.route, default: []].append(permit.notificationId)
        }
        return cancelled
    }

    private func flag(_ ids: [UUID], tenant: String) async throws -> [FlaggedDelivery] {
        try await pool.query(
            """
            WITH flagged AS (
                UPDATE deliveries d SET cancelled = true
                FROM (
                    SELECT route, id FROM unnest(\(Route.allCases.map(\.rawValue))) AS route
                        CROSS JOIN unnest(\(ids)) AS id OFFSET 0
                ) AS wanted
                WHERE \(deliveryOf: "wanted") AND d.tenant = \(tenant)
                RETURNING d.notification_id, d.route, d.fence, d.attempts, d.crashes, d.round, d.expires_at,
                    d.collapsed_by
            )
            \(unescaped: FlaggedDelivery.selection)
            """
        ).compactMap(FlaggedDelivery.init)
    }
}

/// What one batch of cancellations leaves to be told.
public struct Cancelled: Sendable {
    /// As logged, one for each delivery.
    public var events: [StatusEvent] = []
    /// What the queue need not know any more.
    public var jobs: [Route: [UUID]] = [:]
}

/// What became of one notification that was to be cancelled.
public struct Cancellation: Sendable, Hashable {
    /// In the order in which they count for a channel of several routes.
    public enum Outcome: String, Sendable, Hashable, Comparable, CaseIterable {
        /// It was done before.
        case ended
        /// Nothing more is sent.
        case cancelled
        /// An attempt is under way, which may still succeed; there is no other after it.
        case inFlight

        public static func < (left: Outcome, right: Outcome) -> Bool { left.order < right.order }

        private var order: Int {
            switch self {
            case .ended: 0
            case .cancelled: 1
            case .inFlight: 2
            }
        }
    }

    public var id: UUID
    public private(set) var channels: [NotificationChannel: Outcome]

    /// - Parameter channels: all of the document.
    public init(id: UUID, channels: some Sequence<NotificationChannel>) {
        self.id = id
        self.channels = Dictionary(uniqueKeysWithValues: channels.map { ($0, .ended) })
    }

    mutating func note(_ outcome: Outcome, on channel: NotificationChannel) {
        channels[channel] = max(channels[channel] ?? .ended, outcome)
    }
}
