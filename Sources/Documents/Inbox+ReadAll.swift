public import Foundation
public import Notifications
import Postgres

extension Inbox {
    /// Notifications that one transaction marks as read.
    private static var batchSize: Int { 500 }
    /// Transactions of one call.
    private static var maximumBatches: Int { 20 }

    /// Marks as read all that lies unread in a user's inbox and was accepted before `moment`, the oldest first, batch by
    /// batch. What comes meanwhile is newer and stays unread. Doing it again changes nothing.
    /// - Parameter onCommit: is handed the events of all of them at the end, whether or not it came to the last: telling of
    ///   them may take long.
    /// - Returns: how many became read, and whether a bound was met before the end.
    public func readAll(
        userId: String, tenant: String, before moment: Date, at now: Date,
        onCommit: (_ events: [StatusEvent]) async -> Void
    ) async throws -> (read: Int, hasMore: Bool) {
        var events: [StatusEvent] = []
        do {
            let hasMore = try await readBatches(
                userId: userId, tenant: tenant, below: .version7Floor(at: moment), at: now, into: &events)
            await onCommit(events)
            return (events.count, hasMore)
        } catch {
            await onCommit(events)
            throw error
        }
    }

    /// - Returns: whether there may be more.
    private func readBatches(
        userId: String, tenant: String, below: UUID, at now: Date, into events: inout [StatusEvent]
    ) async throws -> Bool {
        for _ in 0..<Inbox.maximumBatches {
            let batch = try await readBatch(userId: userId, tenant: tenant, below: below, at: now)
            events += batch.events
            if batch.size < Inbox.batchSize { return false }
        }
        return true
    }

    private func readBatch(
        userId: String, tenant: String, below: UUID, at now: Date
    ) async throws -> (size: Int, events: [StatusEvent]) {
        try await pool.transaction { connection in
            let ids = try await connection.query(
                """
                SELECT notification_id FROM inbox_unread
                WHERE tenant = \(tenant) AND user_id = \(userId) AND notification_id < \(below)
                ORDER BY notification_id LIMIT \(Inbox.batchSize)
                """
            ).map { try $0.get(0, as: UUID.self) }
            if ids.isEmpty { return (0, []) }
            var documents = try await Documents.lock(ids, on: connection)
            // What somebody else read meanwhile, or whose document is gone, only loses its entry.
            let events = ids.compactMap { id in
                documents[id]?.markRead(id, userId: userId, tenant: tenant, at: now)
            }
            let read = Set(events.map(\.notificationId))
            try await Documents.write(documents.filter { read.contains($0.key) }, on: connection)
            try await forgetUnread(ids, userId: userId, tenant: tenant, on: connection)
            return (ids.count, try await EventLog.append(events, on: connection))
        }
    }

    func forgetUnread(
        _ ids: [UUID], userId: String, tenant: String, on connection: PostgresConnection
    ) async throws {
        try await connection.query(
            """
            DELETE FROM inbox_unread
            WHERE tenant = \(tenant) AND user_id = \(userId) AND notification_id = ANY(\(ids))
            """)
    }
}

extension [NotificationChannel: ChannelState] {
    /// Marks the inbox's part of a document as read.
    /// - Returns: what is to be logged; nil when it was not there, or was read before.
    mutating func markRead(_ id: UUID, userId: String, tenant: String, at now: Date) -> StatusEvent? {
        guard var state = self[.inApp], state.status == .unread else { return nil }
        let result = RouteResult(
            route: .inApp, standing: Standing(round: state.standing.round, status: .read), attempts: state.attempts,
            at: now)
        guard state.merge(result) else { return nil }
        self[.inApp] = state
        return StatusEvent(
            notificationId: id, tenant: tenant, userId: userId, channel: .inApp, route: .inApp,
            status: DeliveryStatus.read.rawValue, previous: .unread, at: now)
    }
}
