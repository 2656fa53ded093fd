public import Notifications
public import Postgres

/// What is set per route and must survive Redis: the epoch, and whether it is paused.
public struct RouteSettingsStore: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The epoch that Redis must show to be believed; 0 before the first rebuild.
    public func epoch(of route: Route) async throws -> Int64 {
        try await pool.query("SELECT epoch FROM route_settings WHERE route = \(route.rawValue)").first?.get(0) ?? 0
    }

    /// Whether nothing of the route is to be sent for now; a rebuild opens it so.
    public func isPaused(_ route: Route) async throws -> Bool {
        try await pool.query("SELECT paused FROM route_settings WHERE route = \(route.rawValue)").first?.get(0) ?? false
    }

    /// Starts the next epoch: from now on, whatever shows an older one is stale.
    public func startEpoch(of route: Route) async throws -> Int64 {
        try await pool.query(
            """
            INSERT INTO route_settings AS s (route, epoch) VALUES (\(route.rawValue), 1)
            ON CONFLICT (route) DO UPDATE SET epoch = s.epoch + 1, updated_at = now()
            RETURNING epoch
            """)[0].get(0)
    }
}
