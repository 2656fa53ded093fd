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

    /// Why nothing is sent to some of these addresses by a message of this type, by their place in the list.
    public func reasons(
        against addresses: [(channel: NotificationChannel, address: String)], type: NotificationType, tenant: String
    ) async throws -> [Int: Suppression.Reason] {
        let rows = try await pool.query(
            """
            SELECT a.place, s.reason
            FROM unnest(\(addresses.map(\.channel.rawValue)), \(addresses.map(\.address)))
                WITH ORDINALITY AS a(channel, address, place)
            JOIN suppressions s ON s.tenant = \(tenant) AND s.channel = a.channel
                AND s.address_hash = CASE a.channel WHEN 'webhook' THEN \(hashOfColumn: "a.address", on: .webhook)
                    ELSE \(hashOfColumn: "a.address", on: .email) END
            WHERE s.reason <> 'unsubscribed' OR \(type == .marketing)
            """)
        var reasons: [Int: Suppression.Reason] = [:]
        for row in rows {
            reasons[Int(try row.get(0, as: Int64.self)) - 1] = Suppression.Reason(rawValue: try row.get(1)) ?? .manual
        }
        return reasons
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
