public import Foundation
import Notifications
import Postgres

extension NotificationStore {
    /// A tenant's documents, newest first. What is accepted meanwhile is newer than any place, so pages neither repeat
    /// nor skip.
    ///
    /// One user's, and those of one type, are found by an index, and all of a tenant's as those of every type. Those of a
    /// channel or a status are looked for on the way.
    public func page(
        _ filter: NotificationFilter, tenant: String, after: UUID?, limit: Int
    ) async throws -> ListPage<NotificationDocument, UUID> {
        if let text = filter.text {
            return try await search(text, filter, tenant: tenant, after: after, limit: limit)
        }
        let walks = try await walks(of: filter, tenant: tenant, after: after)
        return try await ListPage.read(limit: limit, after: after) { after, count in
            try await rows(statement(filter, along: walks, tenant: tenant, after: after, count: count), filter)
        }
    }

    /// All of a tenant's lies along its types. To look at many of them, whatever their type, one walk through everybody's is
    /// the quicker one where enough of that is its own.
    private func walks(
        of filter: NotificationFilter, tenant: String, after: UUID?
    ) async throws -> [NotificationWalk] {
        if let walk = filter.walk { return [walk] }
        let types = NotificationType.allCases.map(NotificationWalk.type)
        if filter.channel == nil, filter.status == nil { return types }
        let glance = 100
        let own: Int64 = try await pool.query(
            """
            SELECT count(*) FROM (
                SELECT n.tenant FROM notifications n
                WHERE \(walk: .all, filter.ids(below: after), tenant: tenant) LIMIT \(glance)
            ) g WHERE g.tenant = \(tenant)
            """)[0].get(0)
        return Int(own) * types.count < glance ? types : [.all]
    }

    private func rows(
        _ statement: PostgresQuery, _ filter: NotificationFilter
    ) async throws -> [(place: UUID, item: NotificationDocument?)] {
        try await pool.query(statement).map { row in
            let id: UUID = try row.get(0)
            guard try row.get(5) else { return (id, nil) }
            let document = try NotificationDocument(row)
            return (id, filter.admits(document) ? document : nil)
        }
    }

    private func search(
        _ text: String, _ filter: NotificationFilter, tenant: String, after: UUID?, limit: Int
    ) async throws -> ListPage<NotificationDocument, UUID> {
        let found = try await TextSearch(pool: pool)
            .find(text, filter, tenant: tenant, after: after, limit: limit)
        var rest = found.ids[...]
        var page = try await ListPage<NotificationDocument, UUID>.read(limit: limit, after: after) { _, count in
            let ids = rest.prefix(count)
            rest = rest.dropFirst(count)
            return try await rows(statement(Array(ids), filter, tenant: tenant), filter)
        }
        if page.next == nil { page.next = found.next }
        return page
    }

    /// Of those that were found by their texts, what is there and fits.
    private func statement(_ ids: [UUID], _ filter: NotificationFilter, tenant: String) -> PostgresQuery {
        """
        SELECT w.id, w.created_at, CASE WHEN w.fits THEN w.content END, CASE WHEN w.fits THEN w.channels END,
            CASE WHEN w.fits THEN \(permitsOf: "w") END, w.fits
        FROM (
            SELECT u.id, n.created_at, n.content, n.channels, u.place,
                coalesce(\(fits: filter, tenant: tenant), false) AS fits
            FROM unnest(\(ids)) WITH ORDINALITY AS u(id, place) LEFT JOIN notifications n ON n.id = u.id
        ) w ORDER BY w.place
        """
    }

    /// The next rows below `after`; those that do not fit come without their content.
    private func statement(
        _ filter: NotificationFilter, along walks: [NotificationWalk], tenant: String, after: UUID?, count: Int
    ) -> PostgresQuery {
        let ids = filter.ids(below: after)
        guard walks.count == 1 else {
            return """
                SELECT w.id, w.created_at, CASE WHEN w.fits THEN w.content END, CASE WHEN w.fits THEN w.channels END,
                    CASE WHEN w.fits THEN \(permitsOf: "w") END, w.fits
                FROM (
                    SELECT n.*, \(fits: filter, tenant: tenant) AS fits
                    FROM (\(first: count, of: walks, ids, tenant: tenant)) n
                ) w ORDER BY w.id DESC
                """
        }
        return """
            SELECT w.id, w.created_at, CASE WHEN w.fits THEN w.content END, CASE WHEN w.fits THEN w.channels END,
                CASE WHEN w.fits THEN \(permitsOf: "w") END, w.fits
            FROM (
                SELECT n.*, \(unescaped: NotificationWalk.kind) AS kind, \(fits: filter, tenant: tenant) AS fits
                FROM notifications n WHERE \(walk: walks[0], ids, tenant: tenant) LIMIT \(count)
            ) w ORDER BY \(orderOf: walks[0])
            """
    }
}

extension PostgresQuery.StringInterpolation {
    /// The routes of a row's notification that a worker holds a permit for.
    fileprivate mutating func appendInterpolation(permitsOf row: StaticString) {
        appendLiteral(
            "(SELECT array_agg(d.route) FROM deliveries d WHERE d.notification_id = \(row).id AND d.route = ANY(")
        appendInterpolation(Route.allCases.map(\.rawValue))
        appendLiteral(") AND d.permit_until > now())")
    }

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
