public import Foundation
import Notifications
public import Postgres

/// Reads dead letters.
public struct DeadLetterStore: Sendable {
    /// A dead letter's place among its tenant's, by the time of death.
    public struct Place: Sendable, Hashable {
        public var diedAt: Date
        public var notificationId: UUID
        public var route: String

        public init(diedAt: Date, notificationId: UUID, route: String) {
            self.diedAt = diedAt
            self.notificationId = notificationId
            self.route = route
        }
    }

    let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// A tenant's dead letters, newest first.
    public func page(
        _ filter: DeadLetterFilter, tenant: String, after: Place?, limit: Int
    ) async throws -> ListPage<DeadLetter, Place> {
        try await ListPage.read(limit: limit, after: after) { after, count in
            try await rows(filter, tenant: tenant, after: after, count: count, order: .newestFirst)
        }
    }

    /// The letters of one notification on some channels.
    func letters(of id: UUID, on channels: [NotificationChannel], tenant: String) async throws -> [DeadLetter] {
        let routes = Route.allCases.filter { channels.contains($0.channel) }.map(\.rawValue)
        return try await pool.query(
            """
            SELECT l.died_at, l.notification_id, l.route, n.user_id, l.round, l.attempts, l.provider, l.reason
            FROM dead_letters l JOIN notifications n ON n.id = l.notification_id
            WHERE l.notification_id = \(id) AND l.route = ANY(\(routes)) AND l.tenant = \(tenant)
            """
        ).compactMap(DeadLetter.init)
    }

    enum Order {
        case newestFirst, oldestFirst
    }

    /// Rows behind a place in an order, with a letter where it fits the filter. The times of death bound what is read;
    /// the rest is looked at row by row.
    func rows(
        _ filter: DeadLetterFilter, tenant: String, after: Place?, count: Int, order: Order
    ) async throws -> [(place: Place, item: DeadLetter?)] {
        let (sign, word, start) =
            order == .newestFirst ? ("<", "DESC", TimeInterval.infinity) : (">", "ASC", -.infinity)
        let place =
            after ?? Place(diedAt: Date(timeIntervalSinceReferenceDate: start), notificationId: UUID(), route: "")
        return try await pool.query(
            """
            SELECT l.died_at, l.notification_id, l.route, l.user_id, l.round, l.attempts, l.provider, l.reason,
                coalesce(
                    l.route = ANY(\(filter.routes))
                    AND (\(filter.code)::text IS NULL OR l.reason ->> 'code' = \(filter.code))
                    AND (\(filter.userId)::text IS NULL OR l.user_id = \(filter.userId))
                    AND (NOT \(filter.isOnlyTests) OR EXISTS (SELECT FROM notifications n
                        WHERE n.id = l.notification_id AND n.content -> 'test' = 'true')), false)
            FROM (
                SELECT d.*, (SELECT n.user_id FROM notifications n WHERE n.id = d.notification_id) AS user_id
                FROM dead_letters d
                WHERE d.tenant = \(tenant) AND d.died_at >= \(filter.since ?? .earliest)
                    AND d.died_at < \(filter.until ?? .latest)
                    AND (d.died_at, d.notification_id, d.route)
                        \(unescaped: sign) (\(place.diedAt), \(place.notificationId), \(place.route))
                    AND (\(filter.notificationId)::uuid IS NULL OR d.notification_id = \(filter.notificationId))
                ORDER BY d.died_at \(unescaped: word), d.notification_id \(unescaped: word), d.route \(unescaped: word)
                LIMIT \(count)
            ) l
            """
        ).map { row in
            let place = Place(diedAt: try row.get(0), notificationId: try row.get(1), route: try row.get(2))
            return (place, try row.get(8) ? DeadLetter(row) : nil)
        }
    }
}

extension DeadLetter {
    /// Of a row with the time of death, the id, route and user, the round, attempts, provider and reason; nil for a route
    /// that a newer version knows.
    fileprivate init?(_ row: PostgresRow) throws {
        guard let route = Route(rawValue: try row.get(2)) else { return nil }
        self.init(
            notificationId: try row.get(1), route: route, userId: try row.get(3),
            round: Int(try row.get(4, as: Int32.self)), attempts: Int(try row.get(5, as: Int32.self)),
            provider: try row.get(6), reason: try row.get(7, as: JSONB.self).json, diedAt: try row.get(0))
    }
}

extension Date {
    /// Before and after all that Postgres holds.
    static let earliest = Date(timeIntervalSinceReferenceDate: -.infinity)
    static let latest = Date(timeIntervalSinceReferenceDate: .infinity)
}
