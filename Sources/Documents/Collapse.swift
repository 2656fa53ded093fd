import Foundation
public import Notifications
import Postgres

/// What new notifications take the place of: everything older and still open that is for the same recipient and has the
/// same `collapseKey`.
///
/// Whoever writes such notifications holds their keys until the commit. So of two that race the later to commit sees the
/// other, and the higher id stays, whichever that is.
struct Collapse: Sendable {
    private var tenants: [String] = []
    private var groups: [String] = []
    /// Of each group, the newest of the notifications at hand.
    private var newest: [UUID] = []

    /// Nil where none of them has a key.
    init?(_ notifications: [AcceptedNotification]) {
        struct Place: Hashable {
            var tenant: String
            var group: String
        }
        var ids: [Place: UUID] = [:]
        for notification in notifications {
            guard let group = notification.collapseGroup else { continue }
            let place = Place(tenant: notification.tenant, group: group)
            ids[place] = max(ids[place] ?? notification.id, notification.id)
        }
        if ids.isEmpty { return nil }
        for (place, id) in ids {
            tenants.append(place.tenant)
            groups.append(place.group)
            newest.append(id)
        }
    }

    /// Holds the keys until the transaction ends, in an order that all have in common. Some keys share a lock: however many
    /// there are, they take little of the locks that Postgres has for all.
    var locking: PostgresQuery {
        """
        SELECT pg_advisory_xact_lock(hashtextextended('collapse ' || k.part, 0)) FROM (
            SELECT DISTINCT hashtext(g.tenant || ' ' || g.name) & 255 AS part
            FROM unnest(\(tenants), \(groups)) AS g(tenant, name) ORDER BY part OFFSET 0
        ) k
        """
    }

    /// Cancels older deliveries, for good: to be done with the keys held. What somebody has locked is left to
    /// ``flagged``; to wait for it with keys in hand could be to wait for each other in a ring.
    var flagging: PostgresQuery { flagging(then: "SELECT count(*) FROM flagged") }

    /// The same after the commit, and a ``FlaggedDelivery`` for each that has not ended yet.
    var flagged: PostgresQuery { flagging(then: FlaggedDelivery.selection) }

    /// How many older ones are still to be flagged: those that somebody had locked.
    var leftOut: PostgresQuery {
        """
        SELECT count(*) FROM unnest(\(tenants), \(groups), \(newest)) AS g(tenant, name, newest)
        CROSS JOIN LATERAL (
            SELECT FROM deliveries
            WHERE tenant = g.tenant AND collapse_key = sha256(convert_to(g.name, 'UTF8'))
                AND notification_id < g.newest AND NOT cancelled OFFSET 0
        ) d
        """
    }

    private func flagging(then selection: String) -> PostgresQuery {
        """
        WITH open AS MATERIALIZED (
            SELECT d.route, d.notification_id AS id, greatest(g.newest, first_value(d.notification_id)
                OVER (PARTITION BY g.place ORDER BY d.notification_id DESC)) AS newest
            FROM unnest(\(tenants), \(groups), \(newest)) WITH ORDINALITY AS g(tenant, name, newest, place)
            CROSS JOIN LATERAL (
                SELECT route, notification_id FROM deliveries
                WHERE tenant = g.tenant AND collapse_key = sha256(convert_to(g.name, 'UTF8')) OFFSET 0
            ) d
        ), older AS MATERIALIZED (
            SELECT d.ctid, o.newest FROM open o CROSS JOIN LATERAL (
                SELECT ctid FROM deliveries
                WHERE route = o.route AND notification_id = o.id AND (NOT cancelled OR collapsed_by IS NOT NULL)
                FOR UPDATE SKIP LOCKED
            ) d
            WHERE o.id < o.newest
        ), flagged AS (
            UPDATE deliveries d SET cancelled = true, collapsed_by = older.newest
            FROM older WHERE d.ctid = older.ctid
            RETURNING d.notification_id, d.route, d.fence, d.attempts, d.crashes, d.round, d.expires_at,
                d.collapsed_by
        )
        \(unescaped: selection)
        """
    }
}

extension Canceller {
    /// How often what somebody has locked is looked at again, and after how long.
    private static let looks = (count: 20, pause: Duration.milliseconds(25))

    /// Ends what notifications that are committed took the place of.
    /// - Returns: what is to be published, and dropped from the queue; nil where none of them has a `collapseKey`.
    public func collapse(under newer: [AcceptedNotification]) async throws -> Cancelled? {
        guard let collapse = Collapse(newer) else { return nil }
        var flagged = try await pool.query(collapse.flagged)
        // Whoever writes down how an attempt went has its delivery locked for milliseconds, and may leave it to be retried.
        for _ in 0..<Canceller.looks.count {
            if try await pool.query(collapse.leftOut)[0].get(0) == Int64(0) { break }
            try await Task.sleep(for: Canceller.looks.pause)
            flagged = try await pool.query(collapse.flagged)
        }
        return try await end(flagged.compactMap(FlaggedDelivery.init))
    }
}
