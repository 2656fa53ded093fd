public import Notifications
public import Postgres

/// What stands in Postgres for all processes, at a cost that does not grow with it.
public struct Census: Sendable, Hashable {
    /// As the server's statistics have it, which follow within seconds.
    public var openDeliveries: Int
    /// Likewise.
    public var deadLetters: Int
    public var pausedRoutes: Set<Route>

    public init(openDeliveries: Int, deadLetters: Int, pausedRoutes: Set<Route>) {
        self.openDeliveries = openDeliveries
        self.deadLetters = deadLetters
        self.pausedRoutes = pausedRoutes
    }

    public static func take(_ pool: PostgresPool) async throws -> Census {
        let row = try await pool.query(
            """
            SELECT coalesce(pg_stat_get_live_tuples('deliveries'::regclass), 0),
                coalesce(pg_stat_get_live_tuples('dead_letters'::regclass), 0),
                (SELECT coalesce(array_agg(route), '{}') FROM route_settings WHERE paused)
            """)[0]
        return Census(
            openDeliveries: Int(try row.get(0, as: Int64.self)), deadLetters: Int(try row.get(1, as: Int64.self)),
            pausedRoutes: Set(try row.get(2, as: [String].self).compactMap(Route.init)))
    }
}
