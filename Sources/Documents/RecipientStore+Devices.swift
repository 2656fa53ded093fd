public import Foundation
public import Notifications
import Postgres

/// A device that a user has from now on.
struct Registration: Hashable {
    var userId: String
    var device: Device
}

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
        _ registrations: [Registration], tenant: String, on connection: PostgresConnection
    ) async throws -> [String] {
        if registrations.isEmpty { return [] }
        let (users, ids) = (registrations.map(\.userId), registrations.map(\.device.id))
        let documents = registrations.map { JSONB($0.device.json) }
        // One after the other, in one order: of two at once the second must see what the first one wrote. Not a lock for
        // each token, of which a server has only so many.
        try await connection.query(
            """
            SELECT pg_advisory_xact_lock(hashtextextended(\(tenant) || ' ' || w.part, 0)) FROM (
                SELECT DISTINCT left(\(addressOf: "u"), 2) AS part FROM unnest(\(documents)) AS u(device) ORDER BY 1
            ) w
            """)
        let robbed = try await connection.query(
            """
            DELETE FROM devices d USING unnest(\(users), \(ids), \(documents)) AS u(user_id, id, device)
            WHERE d.tenant = \(tenant) AND \(addressOf: "d") = \(addressOf: "u")
                AND (d.user_id, d.device_id) <> (u.user_id, u.id)
            RETURNING d.user_id
            """
        ).map { try $0.get(0, as: String.self) }
        try await connection.query(
            """
            INSERT INTO devices (tenant, user_id, device_id, device, last_seen_at)
            SELECT \(tenant), u.user_id, u.id, u.device, clock_timestamp()
            FROM unnest(\(users), \(ids), \(documents)) AS u(user_id, id, device)
            ON CONFLICT (tenant, user_id, device_id) DO UPDATE
            SET device = excluded.device, last_seen_at = excluded.last_seen_at
            """)
        return robbed
    }

    /// Removes all devices of users but these.
    func removeDevices(
        of userIds: [String], except kept: [Registration], tenant: String, on connection: PostgresConnection
    ) async throws {
        if userIds.isEmpty { return }
        // `NOT IN` is looked up in a hash; `NOT EXISTS` Postgres would join, and not knowing how many there are, each with
        // each.
        try await connection.query(
            """
            DELETE FROM devices d
            WHERE d.tenant = \(tenant) AND d.user_id = ANY(\(userIds)) AND (d.user_id, d.device_id) NOT IN (
                SELECT k.user_id, k.id
                FROM unnest(\(kept.map(\.userId)), \(kept.map(\.device.id))) AS k(user_id, id))
            """)
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
