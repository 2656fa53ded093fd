public import Foundation
public import Notifications
public import Postgres

/// What is needed to tell endpoints what the event log says: who wants to know, what there is, and writing the messages
/// together with how far each has come.
public struct EndpointFeed: Sendable {
    /// The last number that the log has given; 0 before the first.
    static let lastNumber = "(SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM delivery_event_ids)"
    /// Events of one page.
    public static let pageSize = 250
    /// Messages that may be on their way to one endpoint; further events wait in the log.
    public static let largestBacklog = 1000

    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// All endpoints that are to be told.
    public func followers() async throws -> [EndpointFollower] {
        try await pool.query(
            "SELECT \(unescaped: EndpointFollower.columns) FROM webhook_endpoints WHERE disabled_at IS NULL"
        ).map(EndpointFollower.init)
    }

    /// Events of some tenants after a number, in their order, of a time and later.
    /// - Parameter through: at most the last number that the log is complete to.
    /// - Returns: the events, and the number up to which these are all.
    public func events(
        after start: Int64, through: Int64, tenants: Set<String>, since: Date = .distantPast
    ) async throws -> (events: [StatusEvent], end: Int64) {
        let end = min(start + EventLog.window, through)
        let rows = try await pool.query(
            """
            SELECT id, tenant, event FROM delivery_events
            WHERE id > \(start) AND id <= \(end) AND tenant = ANY(\(tenants.sorted())) AND at >= \(since)
            ORDER BY id LIMIT \(EndpointFeed.pageSize)
            """)
        let events = try rows.compactMap { row in
            var event = StatusEvent(json: try row.get(2, as: JSONB.self).json, tenant: try row.get(1))
            event?.id = try row.get(0)
            return event
        }
        guard rows.count == EndpointFeed.pageSize, let last = events.last?.id else { return (events, end) }
        return (events, last)
    }

    /// How many more messages each endpoint may have on their way.
    public func room(for followers: [EndpointFollower]) async throws -> [UUID: Int] {
        let rows = try await pool.query(
            """
            SELECT f.id, (SELECT count(*) FROM (
                SELECT FROM deliveries d WHERE d.tenant = f.tenant AND d.cancellation_key = f.id::text
                LIMIT \(EndpointFeed.largestBacklog)) o)
            FROM unnest(\(followers.map(\.id)), \(followers.map { HouseTenant.of($0.tenant) })) AS f(id, tenant)
            """)
        return Dictionary(
            uniqueKeysWithValues: try rows.map { row in
                (try row.get(0, as: UUID.self), EndpointFeed.largestBacklog - Int(try row.get(1, as: Int64.self)))
            })
    }

    /// How far an endpoint has come with a page.
    public struct Step: Sendable {
        var id: UUID
        var from: Int64
        var to: Int64

        public init(_ id: UUID, from: Int64, to: Int64) {
            (self.id, self.from, self.to) = (id, from, to)
        }
    }

    /// Writes messages and how far the endpoints have come with them, both or neither.
    /// - Returns: false when somebody else did so meanwhile, or an endpoint is gone: then nothing was written.
    public func announce(_ messages: [AcceptedNotification], _ steps: [Step]) async throws -> Bool {
        try await write(
            messages, of: steps.count,
            """
            UPDATE webhook_endpoints e SET position = s.stop
            FROM unnest(\(steps.map(\.id)), \(steps.map(\.from)), \(steps.map(\.to))) AS s(id, start, stop)
            WHERE e.id = s.id AND e.position = s.start AND e.disabled_at IS NULL
            """)
    }

    /// Likewise for what is told once more; a replay that has come to its end is forgotten.
    public func replay(_ messages: [AcceptedNotification], _ step: Step) async throws -> Bool {
        try await write(
            messages, of: 1,
            """
            UPDATE webhook_endpoints SET
                replay_after = CASE WHEN replay_until > \(step.to) THEN \(step.to) END,
                replay_since = CASE WHEN replay_until > \(step.to) THEN replay_since END,
                replay_until = CASE WHEN replay_until > \(step.to) THEN replay_until END
            WHERE id = \(step.id) AND replay_after = \(step.from) AND disabled_at IS NULL
            """)
    }

    private struct Overtaken: Error {}

    private func write(
        _ messages: [AcceptedNotification], of count: Int, _ moving: PostgresQuery
    ) async throws -> Bool {
        do {
            try await pool.transaction { connection in
                guard try await connection.query(moving).affected == count else { throw Overtaken() }
                if !messages.isEmpty { try await connection.query(AcceptStatements.insertion(of: messages)) }
            }
            return true
        } catch is Overtaken {
            return false
        }
    }

    /// Disables endpoints of which no call succeeded for so long; answers how many.
    public func disable(failingFor time: Duration) async throws -> Int {
        try await pool.query(
            """
            UPDATE webhook_endpoints SET disabled_at = now(), disabled_reason = 'failing'
            WHERE disabled_at IS NULL AND failing_since < now() - \(seconds: time)
            """
        ).affected
    }
}
