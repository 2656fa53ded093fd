public import Notifications
public import Postgres

/// What operators have set as the limits of providers. Redis has no copy: workers bring the limits along when they claim.
public struct ProviderLimitStore: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// By route and provider's name; nothing where there is no limit.
    public func all() async throws -> [Route: [String: ProviderLimits]] {
        let rows = try await pool.query(
            "SELECT route, provider, rate_per_second, burst, max_concurrent FROM provider_limits")
        var limits: [Route: [String: ProviderLimits]] = [:]
        for row in rows {
            guard let route = Route(rawValue: try row.get(0)) else { continue }
            limits[route, default: [:]][try row.get(1)] = ProviderLimits(
                ratePerSecond: try row.get(2), burst: try row.get(3, as: Int32?.self).map { Int($0) },
                maxConcurrent: try row.get(4, as: Int32?.self).map { Int($0) })
        }
        return limits
    }

    /// Sets both limits of a provider on a route, instead of what was set before; `none` forgets them.
    public func set(_ limits: ProviderLimits, route: Route, provider: String) async throws {
        if limits.isNone {
            try await pool.query(
                "DELETE FROM provider_limits WHERE route = \(route.rawValue) AND provider = \(provider)")
            return
        }
        let burst = limits.ratePerSecond.map { _ in Int32(limits.burst) }
        try await pool.query(
            """
            INSERT INTO provider_limits (route, provider, rate_per_second, burst, max_concurrent)
            VALUES (\(route.rawValue), \(provider), \(limits.ratePerSecond), \(burst),
                \(limits.maxConcurrent.map { Int32($0) }))
            ON CONFLICT (route, provider) DO UPDATE
            SET rate_per_second = excluded.rate_per_second, burst = excluded.burst,
                max_concurrent = excluded.max_concurrent, updated_at = now()
            """)
    }
}
