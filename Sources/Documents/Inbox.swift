public import Foundation
import Notifications
public import Postgres

/// A user's in-app feed.
public struct Inbox: Sendable {
    /// Which part of it.
    public enum Part: String, Sendable, Hashable, CaseIterable {
        case all, unread, read
    }

    /// One page, newest first.
    public struct Page: Sendable {
        public var documents: [NotificationDocument]
        /// Counted up to `Inbox.countBound`.
        public var unreadCount: Int
        /// The id to ask for the next page with; nil at the end.
        public var next: UUID?
    }

    public static let countBound = 5000

    let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Notifications that reached a user's inbox.
    /// - Parameters:
    ///   - archived: whether those are meant that were put away, or the others.
    ///   - after: the `next` of the page before.
    public func page(
        _ part: Part = .all, archived: Bool = false, userId: String, tenant: String, after: UUID?, limit: Int
    ) async throws -> Page {
        let page = try await ListPage<NotificationDocument, UUID>.read(limit: limit, after: after) { after, count in
            let query =
                part == .unread && !archived
                ? unreadRows(userId: userId, tenant: tenant, after: after, count: count)
                : reachedRows(part, archived: archived, userId: userId, tenant: tenant, after: after, count: count)
            return try await pool.query(query).map { row in
                (try row.get(0, as: UUID.self), try row.get(5) ? NotificationDocument(row) : nil)
            }
        }
        let unread: Int64 = try await pool.query(
            """
            SELECT count(*) FROM (
                SELECT FROM inbox_unread WHERE tenant = \(tenant) AND user_id = \(userId) LIMIT \(Inbox.countBound)
            ) u
            """)[0].get(0)
        return Page(documents: page.items, unreadCount: Int(unread), next: page.next)
    }

    /// The user's notifications of any channel, by the user's index; those outside the inbox come without content.
    private func reachedRows(
        _ part: Part, archived: Bool, userId: String, tenant: String, after: UUID?, count: Int
    ) -> PostgresQuery {
        let statuses = part == .all ? ["unread", "read"] : [part.rawValue]
        let walk = NotificationWalk.user(userId)
        return """
            SELECT w.id, w.created_at, CASE WHEN w.fits THEN w.content END, CASE WHEN w.fits THEN w.channels END,
                NULL::text[], w.fits
            FROM (
                SELECT n.*, coalesce(n.channels -> 'inApp' ->> 'status' = ANY(\(statuses))
                    AND jsonb_exists(n.channels -> 'inApp', 'archivedAt') = \(archived), false) AS fits
                FROM notifications n
                WHERE \(walk: walk, .lowest..<(after ?? .highest), tenant: tenant) LIMIT \(count)
            ) w ORDER BY \(orderOf: walk)
            """
    }

    private func unreadRows(userId: String, tenant: String, after: UUID?, count: Int) -> PostgresQuery {
        """
        SELECT u.notification_id, n.created_at, n.content, n.channels, NULL::text[], n.id IS NOT NULL
        FROM (
            SELECT notification_id FROM inbox_unread
            WHERE tenant = \(tenant) AND user_id = \(userId) AND notification_id < \(after ?? .highest)
            ORDER BY notification_id DESC LIMIT \(count)
        ) u LEFT JOIN notifications n ON n.id = u.notification_id ORDER BY u.notification_id DESC
        """
    }
}
