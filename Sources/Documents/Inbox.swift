public import Foundation
public import Notifications
public import Postgres

/// A user's in-app feed.
public struct Inbox: Sendable {
    /// One page, newest first.
    public struct Page: Sendable {
        public var documents: [NotificationDocument]
        public var unreadCount: Int
        /// The id to ask for the next page with; nil at the end.
        public var next: UUID?
    }

    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Notifications that reached a user's inbox.
    /// - Parameter after: the last id of the page before.
    public func page(userId: String, tenant: String, after: UUID?, limit: Int) async throws -> Page {
        let rows = try await pool.query(
            """
            SELECT n.id, n.created_at, n.content, n.channels, NULL::text[]
            FROM notifications n
            WHERE n.tenant = \(tenant) AND n.user_id = \(userId) AND (\(after)::uuid IS NULL OR n.id < \(after))
                AND n.channels -> 'inApp' ->> 'status' IN ('unread', 'read')
            ORDER BY n.id DESC LIMIT \(limit + 1)
            """)
        let unread: Int64 = try await pool.query(
            "SELECT count(*) FROM inbox_unread WHERE tenant = \(tenant) AND user_id = \(userId)")[0].get(0)
        let documents = try rows.prefix(limit).map(NotificationDocument.init)
        return Page(
            documents: documents, unreadCount: Int(unread), next: rows.count > limit ? documents.last?.id : nil)
    }

    /// Marks a notification as read. Doing it again changes nothing.
    /// - Returns: the document and, when it was unread, the event; nil when there is no such notification in an inbox.
    public func markRead(
        _ id: UUID, tenant: String, at now: Date
    ) async throws -> (document: NotificationDocument, event: StatusEvent?)? {
        let event: StatusEvent?? = try await pool.transaction { connection in
            let rows = try await connection.query(
                "SELECT user_id FROM notifications WHERE id = \(id) AND tenant = \(tenant)")
            guard let userId = try rows.first?.get(0, as: String?.self) else { return nil }
            guard var channels = try await Documents.lock([id], on: connection)[id], var state = channels[.inApp],
                state.status == .unread || state.status == .read
            else { return nil }
            let result = RouteResult(
                route: .inApp, standing: Standing(round: state.standing.round, status: .read),
                attempts: state.attempts, at: now)
            guard state.merge(result) else { return .some(nil) }
            channels[.inApp] = state
            try await Documents.write([id: channels], on: connection)
            try await connection.query(
                """
                DELETE FROM inbox_unread
                WHERE tenant = \(tenant) AND user_id = \(userId) AND notification_id = \(id)
                """)
            let event = StatusEvent(
                notificationId: id, tenant: tenant, userId: userId, channel: .inApp, route: .inApp,
                status: DeliveryStatus.read.rawValue, previous: .unread, at: now)
            return try await EventLog.append([event], on: connection).first
        }
        guard let event, let document = try await NotificationStore(pool: pool).document(id, tenant: tenant) else {
            return nil
        }
        return (document, event)
    }
}
