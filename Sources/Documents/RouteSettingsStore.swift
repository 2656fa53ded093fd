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
    public func pause(of route: Route) async throws -> RoutePause {
        try await pauses()[route] ?? .never
    }

    /// The routes on which the word was ever given, paused or resumed.
    public func pauses() async throws -> [Route: RoutePause] {
        try RouteSettingsStore.pauses(
            try await pool.query("SELECT route, paused, revision FROM route_settings WHERE revision > 0"))
    }

    /// Pauses or resumes routes, all or none; saying it again only counts the revision. Redis is to be told next.
    public func setPaused(_ isPaused: Bool, _ routes: [Route]) async throws -> [Route: RoutePause] {
        // In one order, so that two who change several routes never wait for each other in a ring.
        try RouteSettingsStore.pauses(
            try await pool.query(
                """
                INSERT INTO route_settings AS s (route, paused, revision)
                SELECT route, \(isPaused), 1 FROM unnest(\(routes.map(\.rawValue))) AS r(route) ORDER BY route
                ON CONFLICT (route) DO UPDATE
                SET paused = excluded.paused, revision = s.revision + 1, updated_at = now()
                RETURNING route, paused, revision
                """))
    }

    private static func pauses(_ rows: PostgresResult) throws -> [Route: RoutePause] {
        var pauses: [Route: RoutePause] = [:]
        for row in rows {
            guard let route = Route(rawValue: try row.get(0)) else { continue }
            pauses[route] = RoutePause(isPaused: try row.get(1), revision: try row.get(2))
        }
        return pauses
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
