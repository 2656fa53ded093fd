public import Foundation
import Notifications
public import Postgres

/// The endpoints of tenants, as their owners see them.
public struct EndpointStore: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// All that a tenant has, oldest first.
    public func all(tenant: String) async throws -> [WebhookEndpoint] {
        try await pool.query(
            """
            SELECT \(unescaped: WebhookEndpoint.columns) FROM webhook_endpoints
            WHERE tenant = \(tenant) ORDER BY created_at, id
            """
        ).map(WebhookEndpoint.init)
    }

    public func endpoint(_ id: UUID, tenant: String) async throws -> WebhookEndpoint? {
        try await pool.query(
            """
            SELECT \(unescaped: WebhookEndpoint.columns) FROM webhook_endpoints
            WHERE id = \(id) AND tenant = \(tenant)
            """
        ).first.map(WebhookEndpoint.init)
    }

    /// A new endpoint, which is told of what happens from now on; nil when the tenant has as many as it may.
    public func insert(
        _ terms: WebhookEndpoint.Terms, secret: String, tenant: String
    ) async throws -> WebhookEndpoint? {
        let isDisabled = terms.isEnabled == false
        return try await pool.transaction { connection in
            // A statement by itself, so that the next one counts what those before it made.
            try await connection.query(
                "SELECT pg_advisory_xact_lock(hashtextextended(\(tenant) || ' webhook_endpoints', 0))")
            return try await connection.query(
                """
                INSERT INTO webhook_endpoints
                    (id, tenant, url, description, events, channels, secret, position, disabled_at, disabled_reason)
                SELECT gen_random_uuid(), \(tenant), \(terms.url), \(terms.description), \(terms.events),
                    \(terms.channels.map(\.rawValue)), \(secret), \(unescaped: EndpointFeed.lastNumber),
                    CASE WHEN \(isDisabled) THEN now() END, CASE WHEN \(isDisabled) THEN 'owner' END
                WHERE (SELECT count(*) FROM webhook_endpoints WHERE tenant = \(tenant))
                    < \(WebhookEndpoint.maximumCount)
                RETURNING \(unescaped: WebhookEndpoint.columns)
                """
            ).first.map(WebhookEndpoint.init)
        }
    }

    /// Puts new terms in place of the old ones; nil when there is no such endpoint. One that is enabled again begins anew:
    /// it is told of what happens from now on.
    public func update(
        _ id: UUID, _ terms: WebhookEndpoint.Terms, tenant: String
    ) async throws -> WebhookEndpoint? {
        try await pool.query(
            """
            UPDATE webhook_endpoints e
            SET url = \(terms.url), description = \(terms.description), events = \(terms.events),
                channels = \(terms.channels.map(\.rawValue)),
                position = CASE WHEN w.enabled AND e.disabled_at IS NOT NULL
                    THEN \(unescaped: EndpointFeed.lastNumber) ELSE e.position END,
                failing_since = CASE WHEN w.enabled OR e.url <> \(terms.url) THEN NULL ELSE e.failing_since END,
                failure = CASE WHEN w.enabled OR e.url <> \(terms.url) THEN NULL ELSE e.failure END,
                disabled_at = CASE WHEN w.enabled THEN NULL WHEN NOT w.enabled THEN coalesce(e.disabled_at, now())
                    ELSE e.disabled_at END,
                disabled_reason = CASE WHEN w.enabled THEN NULL WHEN NOT w.enabled
                    THEN coalesce(e.disabled_reason, 'owner') ELSE e.disabled_reason END
            FROM (SELECT \(terms.isEnabled)::boolean AS enabled) w
            WHERE e.id = \(id) AND e.tenant = \(tenant)
            RETURNING \(unescaped: WebhookEndpoint.columns)
            """
        ).first.map(WebhookEndpoint.init)
    }

    /// False when there was none. What was on its way there is dropped when its turn comes.
    public func delete(_ id: UUID, tenant: String) async throws -> Bool {
        try await pool.query("DELETE FROM webhook_endpoints WHERE id = \(id) AND tenant = \(tenant)").affected == 1
    }

    /// Gives an endpoint a new secret; what is sent carries a signature by the old one too until `overlap` is over. Of two
    /// before it only the last one goes on. Nil when there is no such endpoint.
    public func rotate(
        _ id: UUID, to secret: String, overlap: Duration, tenant: String
    ) async throws -> WebhookEndpoint? {
        try await pool.query(
            """
            UPDATE webhook_endpoints
            SET old_secret = secret, old_secret_until = now() + \(seconds: overlap), secret = \(secret)
            WHERE id = \(id) AND tenant = \(tenant)
            RETURNING \(unescaped: WebhookEndpoint.columns)
            """
        ).first.map(WebhookEndpoint.init)
    }

    /// Has an endpoint told once more what happened from a time to now, as its filters are. One replay at a time: a second
    /// one takes the place of the first, and tells all that this was still to tell. Nil when there is no such endpoint.
    public func replay(_ id: UUID, since: Date, tenant: String) async throws -> WebhookEndpoint? {
        let start = try await number(before: since)
        return try await pool.query(
            """
            UPDATE webhook_endpoints
            SET replay_after = least(replay_after, \(start)), replay_until = \(unescaped: EndpointFeed.lastNumber),
                replay_since = least(replay_since, \(since))
            WHERE id = \(id) AND tenant = \(tenant)
            RETURNING \(unescaped: WebhookEndpoint.columns)
            """
        ).first.map(WebhookEndpoint.init)
    }

    /// How many numbers are looked through for one that has an event. So many in a row without one were rolled back.
    private static let stretch: Int64 = 1000
    /// By how much the times of events may not be in the order of their numbers.
    private static let disorder: TimeInterval = 60

    /// A number behind which all events since a time are, and not many others: found by halving, as the log has an index
    /// of numbers and none of times.
    private func number(before since: Date) async throws -> Int64 {
        var high: Int64 = try await pool.query("SELECT \(unescaped: EndpointFeed.lastNumber)")[0].get(0)
        var low = try await EventLog(pool: pool).start(after: 0, upTo: high)
        while high - low > EventLog.window {
            let middle = low + (high - low) / 2
            let at: Date? = try await pool.query(
                """
                SELECT max(at) FROM delivery_events WHERE id > \(middle) AND id <= \(middle + EndpointStore.stretch)
                """)[0].get(0)
            // Where there is none, those before it may be as young.
            if let at, at < since.addingTimeInterval(-EndpointStore.disorder) {
                low = middle
            } else {
                high = middle
            }
        }
        return low
    }
}
