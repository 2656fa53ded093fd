public import Foundation
public import Notifications
public import Postgres

/// What was counted by the hour.
public struct Stats: Sendable {
    /// What one figure sums up.
    public enum Span: String, Sendable, Hashable, CaseIterable {
        case hour, day
    }

    /// Which of it.
    public struct Filter: Sendable, Hashable {
        /// Hours that begin in it, in UTC.
        public var time: Range<Date>
        public var span: Span
        public var channel: NotificationChannel?
        public var type: NotificationType?

        public init(time: Range<Date>, span: Span) {
            self.time = time
            self.span = span
        }
    }

    /// How often a channel came to a status in one span.
    public struct Figure: Sendable, Hashable {
        /// The span's beginning.
        public var at: Date
        /// Nil for whole notifications.
        public var channel: NotificationChannel?
        /// `accepted`, or a status in which a channel is not open.
        public var status: String
        public var count: Int
    }

    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// A tenant's figures, in the order of time; none that is zero.
    public func figures(_ filter: Filter, tenant: String) async throws -> [Figure] {
        try await pool.query(
            """
            SELECT date_trunc(\(filter.span.rawValue), hour), channel, status, sum(count)::int8 FROM stats
            WHERE tenant = \(tenant) AND hour >= \(filter.time.lowerBound) AND hour < \(filter.time.upperBound)
                AND (\(filter.channel?.rawValue)::text IS NULL OR channel IN ('', \(filter.channel?.rawValue)))
                AND (\(filter.type?.rawValue)::text IS NULL OR type = \(filter.type?.rawValue))
            GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
            """
        ).map { row in
            Figure(
                at: try row.get(0), channel: NotificationChannel(rawValue: try row.get(1)), status: try row.get(2),
                count: Int(try row.get(3, as: Int64.self)))
        }
    }

    /// The time up to which all is counted; nil before anything is.
    public func countedUntil() async throws -> Date? {
        let accepted = try await ClerkProgress.acceptedStats.kept(pool)?.place.version7Date
        guard let accepted, let events = try await ClerkProgress.eventStats.kept(pool)?.at else { return nil }
        return min(accepted, events)
    }
}
