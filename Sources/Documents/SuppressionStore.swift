public import Notifications
public import Postgres

/// Addresses that nothing is sent to any more. Only hashes of them are kept.
public struct SuppressionStore: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Suppresses an address. What is suppressed for more already stays so.
    public func suppress(
        _ address: String, on channel: NotificationChannel, tenant: String, reason: Suppression.Reason
    ) async throws {
        try await pool.query(
            Suppressions.inserting([
                SuppressedAddress(tenant: tenant, channel: channel, address: address, reason: reason)
            ]))
    }

    public func suppression(
        of address: String, on channel: NotificationChannel, tenant: String
    ) async throws -> Suppression? {
        try await pool.query(
            """
            SELECT reason, provider, created_at FROM suppressions
            WHERE tenant = \(tenant) AND channel = \(channel.rawValue)
                AND address_hash = \(hashOf: address, on: channel)
            """
        ).first.map { row in
            Suppression(
                reason: Suppression.Reason(rawValue: try row.get(0)) ?? .manual, provider: try row.get(1),
                since: try row.get(2))
        }
    }

    /// Whether there was one to lift.
    public func lift(_ address: String, on channel: NotificationChannel, tenant: String) async throws -> Bool {
        try await pool.query(
            """
            DELETE FROM suppressions
            WHERE tenant = \(tenant) AND channel = \(channel.rawValue)
                AND address_hash = \(hashOf: address, on: channel)
            """
        ).affected > 0
    }
}
