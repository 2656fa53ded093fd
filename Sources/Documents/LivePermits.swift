public import Notifications
public import Postgres

/// Who may be sending just now. Redis says so too, but for a rebuild: that knows of permits, and of no leases.
public struct LivePermits: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Reads all open deliveries of the route: not for whoever asks all the time.
    public func count(on route: Route) async throws -> Int {
        let count: Int64 = try await pool.query(
            "SELECT count(*) FROM deliveries WHERE route = \(route.rawValue) AND permit_until > now()")[0].get(0)
        return Int(count)
    }
}
