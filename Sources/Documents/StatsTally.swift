public import Foundation
import Notifications
public import Postgres

/// Counts what happened, each thing once: in the transaction that counts it the place moves on from where it was.
///
/// What was accepted is counted by the documents, in the order of their ids, once they are too old for any to come before
/// them. What became of it is counted by the log of events, as far as it is settled. Two who count at once take turns.
public struct StatsTally: Sendable {
    /// Notifications, or numbers of events, in one transaction.
    private static let batch = 5000

    private static let beginnings: StaticString = """
        SELECT tenant, hour, '' AS channel, type, 'accepted' AS status FROM looked
        UNION ALL SELECT tenant, hour, channel, type, 'accepted' FROM parts
        UNION ALL SELECT tenant, hour, channel, type, status FROM begun WHERE status NOT IN ('pending', 'scheduled')
        """

    private static let arrivals: StaticString = """
        SELECT n.tenant, l.hour, l.channel, n.content ->> 'type' AS type, s.status
        FROM looked l JOIN notifications n ON n.id = l.id CROSS JOIN LATERAL unnest(
            CASE WHEN l.status IN ('delivered', 'bounced') AND l.previous NOT IN ('sent', 'delivered', 'bounced')
                THEN ARRAY['sent', l.status] ELSE ARRAY[l.status] END) AS s(status)
        WHERE l.status NOT IN ('pending', 'scheduled')
        """

    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Counts the next notifications that were accepted before `end`, by when none may be committed any more that has an
    /// earlier id. Returns whether there are more.
    ///
    /// What lay in the inbox, or was skipped, from the start is in no event, so it is counted here: what a channel was before
    /// its first event, or still is.
    public func countAccepted(before end: Date) async throws -> Bool {
        try await pool.transaction { connection in
            let place = try await ClerkProgress.acceptedStats.lock(on: connection).place
            let end = UUID.version7Floor(at: end)
            if place >= end { return false }
            let row = try await connection.query(
                """
                WITH looked AS MATERIALIZED (
                    SELECT n.id, n.tenant, n.created_at, date_trunc('hour', n.created_at) AS hour,
                        n.content ->> 'type' AS type, n.channels
                    FROM notifications n WHERE n.id > \(place) AND n.id < \(end) ORDER BY n.id LIMIT \(StatsTally.batch)
                ), parts AS (
                    SELECT l.*, c.key AS channel, c.value ->> 'status' AS status
                    FROM looked l CROSS JOIN LATERAL jsonb_each(l.channels) AS c WHERE jsonb_typeof(c.value) = 'object'
                ), begun AS (
                    SELECT p.tenant, p.hour, p.channel, p.type, coalesce((
                        SELECT e.event ->> 'previous' FROM delivery_events e
                        WHERE e.notification_id = p.id AND e.at >= p.created_at - interval '1 day'
                            AND e.event ->> 'channel' = p.channel AND jsonb_exists(e.event, 'previous')
                        ORDER BY e.id LIMIT 1), p.status) AS status
                    FROM parts p WHERE p.status IN ('skipped', 'unread', 'read')
                ), added AS (
                    \(addingStatsOf: StatsTally.beginnings)
                )
                SELECT (SELECT id FROM looked ORDER BY id DESC LIMIT 1), (SELECT count(*) FROM looked)
                """)[0]
            let isLast = try row.get(1, as: Int64.self) < StatsTally.batch
            let last: UUID? = try row.get(0)
            try await ClerkProgress.acceptedStats.keep(place: isLast ? end : last ?? end, on: connection)
            return !isLast
        }
    }

    /// Counts the next events up to a number up to which the log is settled. Returns whether there are more.
    ///
    /// Each time that a channel comes to a status is counted, but for those in which it is open. What was delivered or
    /// bounced was sent, though nobody may have said so before.
    /// - Parameter moment: when the log was settled up to there.
    public func countEvents(upTo end: Int64, at moment: Date) async throws -> Bool {
        try await pool.transaction { connection in
            let place = try await ClerkProgress.eventStats.lock(on: connection).number
            let next = min(end, place + Int64(StatsTally.batch))
            if place > next { return false }
            try await connection.query(
                """
                WITH looked AS MATERIALIZED (
                    SELECT e.notification_id AS id, date_trunc('hour', e.at) AS hour, e.event ->> 'channel' AS channel,
                        e.event ->> 'status' AS status, e.event ->> 'previous' AS previous
                    FROM delivery_events e
                    WHERE e.id > \(place) AND e.id <= \(next) AND jsonb_exists(e.event, 'previous')
                )
                \(addingStatsOf: StatsTally.arrivals)
                """)
            try await ClerkProgress.eventStats.keep(
                number: next, at: next == end ? moment : nil, on: connection)
            return next < end
        }
    }
}

extension PostgresQuery.StringInterpolation {
    /// Adds what a query answers, a row for each thing that happened: `tenant`, `hour`, `channel`, `type`, `status`.
    fileprivate mutating func appendInterpolation(addingStatsOf happened: StaticString) {
        appendLiteral(
            """
            INSERT INTO stats AS s (tenant, hour, channel, type, status, count)
            SELECT tenant, hour, channel, coalesce(type, 'transactional'), status, count(*)
            FROM (\(happened)) AS happened WHERE NOT starts_with(tenant,
            """)
        appendInterpolation(HouseTenant.prefix)
        appendLiteral(
            """
            )
            GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
            ON CONFLICT (tenant, hour, channel, type, status) DO UPDATE SET count = s.count + excluded.count
            """)
    }
}
