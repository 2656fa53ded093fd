public import Foundation
public import Notifications
import Postgres

/// Which of a tenant's notifications are meant. An empty filter means all.
public struct NotificationFilter: Sendable, Hashable {
    public var userId: String?
    /// As the document shows it: the channel's status where a channel is named, else the notification's own.
    public var status: String?
    public var channel: NotificationChannel?
    public var type: NotificationType?
    /// Accepted then or later.
    public var since: Date?
    /// Accepted earlier.
    public var until: Date?

    public init() {}

    func admits(_ document: NotificationDocument) -> Bool {
        guard let status else { return true }
        guard let channel else { return document.status.rawValue == status }
        return document.status(of: channel) == status
    }
}

extension NotificationStore {
    /// A tenant's documents, newest first. What is accepted meanwhile is newer than any place, so pages neither repeat
    /// nor skip.
    ///
    /// One user's are found by the user's index. Others are looked for in all of the time that is meant, whosever they
    /// are: where there are many tenants, pages of a small one are short, and go on.
    public func page(
        _ filter: NotificationFilter, tenant: String, after: UUID?, limit: Int
    ) async throws -> ListPage<NotificationDocument, UUID> {
        try await ListPage.read(limit: limit, after: after) { after, count in
            let rows = try await pool.query(statement(filter, tenant: tenant, after: after, count: count))
            return try rows.map { row in
                let id: UUID = try row.get(0)
                guard try row.get(5) else { return (id, nil) }
                let document = try NotificationDocument(row)
                return (id, filter.admits(document) ? document : nil)
            }
        }
    }

    /// The next rows below `after`; those that do not fit come without their content.
    /// - Parameter prefix: `EXPLAIN`, for a test.
    func statement(
        _ filter: NotificationFilter, tenant: String, after: UUID?, count: Int, prefix: String = ""
    ) -> PostgresQuery {
        """
        \(unescaped: prefix) SELECT w.id, w.created_at, CASE WHEN w.fits THEN w.content END,
            CASE WHEN w.fits THEN w.channels END,
            CASE WHEN w.fits THEN (
                SELECT array_agg(d.route) FROM deliveries d
                WHERE d.notification_id = w.id AND d.route = ANY(\(Route.allCases.map(\.rawValue)))
                    AND d.permit_until > now()
            ) END, w.fits
        FROM (
            SELECT n.*, n.tenant = \(tenant)
                AND (\(filter.type?.rawValue)::text IS NULL OR n.content ->> 'type' = \(filter.type?.rawValue))
                AND (\(filter.channel?.rawValue)::text IS NULL
                    OR jsonb_exists(n.channels, \(filter.channel?.rawValue))) AS fits
            FROM notifications n
            WHERE n.id < \(after ?? .highest) AND n.id < \(filter.until.map(UUID.version7Floor) ?? .highest)
                AND n.id >= \(UUID.version7Floor(at: filter.since ?? .distantPast))
                AND (\(filter.userId)::text IS NULL OR (n.tenant = \(tenant) AND n.user_id = \(filter.userId)))
            ORDER BY n.id DESC LIMIT \(count)
        ) w ORDER BY w.id DESC
        """
    }
}

extension UUID {
    /// Above all ids.
    static let highest = UUID(
        uuid: (255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))
}
