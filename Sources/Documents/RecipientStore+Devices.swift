public import Foundation
public import Notifications
import Postgres

extension RecipientStore {
    /// A user's devices, and when each was last registered.
    public func devices(
        of userId: String, tenant: String
    ) async throws -> [(device: Device, lastSeenAt: Date)] {
        try await pool.query(
            """
            SELECT device, last_seen_at FROM devices WHERE tenant = \(tenant) AND user_id = \(userId)
            ORDER BY device_id
            """
        ).compactMap { row in
            let device = try row.get(0, as: JSONB.self).json.object.flatMap { Device(Fields($0)) }
            return try device.map { ($0, try row.get(1)) }
        }
    }

    /// Removes a device: what is sent from now on does not go there. A send under way still may.
    /// - Returns: false when the user has no such device.
    public func removeDevice(_ deviceId: String, userId: String, tenant: String) async throws -> Bool {
        let removed =
            try await pool.query(
                "DELETE FROM devices WHERE tenant = \(tenant) AND user_id = \(userId) AND device_id = \(deviceId)"
            ).affected == 1
        if removed { await announce([userId], tenant: tenant) }
        return removed
    }

    /// Registers devices. A token names one installation: whoever registers it last has it, and who had it before, under
    /// another id or as another user, has it no more.
    /// - Returns: the users who lost one.
    func register(
        _ devices: [Device], userId: String, tenant: String, on connection: PostgresConnection
    ) async throws -> [String] {
        if devices.isEmpty { return [] }
        let (ids, documents) = (devices.map(\.id), devices.map { JSONB($0.json) })
        // One after the other, in one order: of two at once the second must see what the first one wrote.
        try await connection.query(
            """
            SELECT pg_advisory_xact_lock(hashtextextended(\(tenant) || ' ' || w.address, 0)) FROM (
                SELECT DISTINCT \(addressOf: "u") AS address FROM unnest(\(documents)) AS u(device) ORDER BY 1
            ) w
            """)
        let robbed = try await connection.query(
            """
            DELETE FROM devices d USING unnest(\(ids), \(documents)) AS u(id, device)
            WHERE d.tenant = \(tenant) AND \(addressOf: "d") = \(addressOf: "u")
                AND (d.user_id, d.device_id) <> (\(userId), u.id)
            RETURNING d.user_id
            """
        ).map { try $0.get(0, as: String.self) }
        try await connection.query(
            """
            INSERT INTO devices (tenant, user_id, device_id, device, last_seen_at)
            SELECT \(tenant), \(userId), u.id, u.device, clock_timestamp()
            FROM unnest(\(ids), \(documents)) AS u(id, device)
            ON CONFLICT (tenant, user_id, device_id) DO UPDATE
            SET device = excluded.device, last_seen_at = excluded.last_seen_at
            """)
        return robbed
    }
}

extension PostgresQuery.StringInterpolation {
    /// What names the installation of a row's `device`, as `devices_by_address` has it.
    fileprivate mutating func appendInterpolation(addressOf row: StaticString) {
        appendLiteral(
            """
            md5(coalesce(\(row).device ->> 'token', \(row).device ->> 'installationId',
                \(row).device -> 'subscription' ->> 'endpoint'))
            """)
    }
}
