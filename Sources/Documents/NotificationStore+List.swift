public import Foundation
import Notifications
import Postgres

extension NotificationStore {
    /// A tenant's documents, newest first. What is accepted meanwhile is newer than any place, so pages neither repeat
    /// nor skip.
    ///
    /// One user's, and those of one type, are found by an index. Others are looked for in all of the time that is meant,
    /// whosever they are: where there are many tenants, pages of a small one are short, and go on.
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
    private func statement(
        _ filter: NotificationFilter, tenant: String, after: UUID?, count: Int
    ) -> PostgresQuery {
        """
        SELECT w.id, w.created_at, CASE WHEN w.fits THEN w.content END, CASE WHEN w.fits THEN w.channels END,
            CASE WHEN w.fits THEN (
                SELECT array_agg(d.route) FROM deliveries d
                WHERE d.notification_id = w.id AND d.route = ANY(\(Route.allCases.map(\.rawValue)))
                    AND d.permit_until > now()
            ) END, w.fits
        FROM (
            SELECT n.*, \(unescaped: NotificationWalk.kind) AS kind, \(fits: filter, tenant: tenant) AS fits
            FROM notifications n
            WHERE \(walk: filter.walk, filter.ids(below: after), tenant: tenant) LIMIT \(count)
        ) w ORDER BY \(orderOf: filter.walk)
        """
    }
}

extension PostgresQuery.StringInterpolation {
    /// Whether notification `n` is what a filter asks for, as far as Postgres can tell.
    fileprivate mutating func appendInterpolation(fits filter: NotificationFilter, tenant: String) {
        appendLiteral("n.tenant = ")
        appendInterpolation(tenant)
        if let type = filter.type {
            appendLiteral(" AND n.content ->> 'type' = ")
            appendInterpolation(type.rawValue)
        }
        if let channel = filter.channel {
            appendLiteral(" AND jsonb_exists(n.channels, ")
            appendInterpolation(channel.rawValue)
            appendLiteral(")")
        }
        guard let telling = filter.telling else { return }
        appendLiteral(
            " AND (n.channels = '{}' OR jsonb_path_exists(n.channels, '$.**.status ? (@ == $words[*])', "
                + "jsonb_build_object('words', to_jsonb(")
        appendInterpolation(telling.map(\.rawValue))
        appendLiteral("))))")
    }
}
