public import Notifications
public import Postgres

/// Users and their devices.
public struct RecipientStore: Sendable {
    let pool: PostgresPool
    /// Told who is not as before, once that is committed.
    public var onChange: @Sendable ([StaleEntry]) async -> Void = { _ in }

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    func announce(_ userIds: some Sequence<String>, tenant: String) async {
        let users = Set(userIds.map { ExactText($0) })
        await onChange(users.map { StaleEntry(.recipients, tenant: tenant, key: $0.text) })
    }

    /// A user with its devices; nil for an unknown one.
    public func user(_ userId: String, tenant: String) async throws -> Recipient? {
        let key = TenantUser(tenant: tenant, userId: userId)
        return try await users([key])[key]
    }

    /// The known ones of these users, with what they want; each is to be named once.
    func users(_ users: [TenantUser]) async throws -> [TenantUser: Recipient] {
        let rows = try await pool.query(
            """
            SELECT r.tenant, r.user_id, r.profile, \(devicesOf: "r"), p.preferences
            FROM unnest(\(users.map(\.tenant)), \(users.map(\.userId))) AS w(tenant, user_id)
            JOIN recipients r ON r.tenant = w.tenant AND r.user_id = w.user_id
            LEFT JOIN preferences p ON p.tenant = r.tenant AND p.user_id = r.user_id
            """)
        return Dictionary(
            uniqueKeysWithValues: try rows.map { row in
                let key = TenantUser(tenant: try row.get(0), userId: try row.get(1))
                let profile = try row.get(2, as: JSONB.self).json
                let devices = try row.get(3, as: JSONB?.self)?.json.array ?? []
                var user = Recipient(stored: profile, devices: devices, userId: key.userId)
                user.preferences = try row.get(4, as: JSONB?.self).map { Preferences(stored: $0.json) }
                return (key, user)
            })
    }

    /// Replaces a user's profile; devices are replaced too when `devices` says so. Returns whether the user is new.
    public func put(_ recipient: Recipient, userId: String, tenant: String, replacesDevices: Bool) async throws -> Bool
    {
        let user = UserReplacement(userId: userId, recipient: recipient, replacesDevices: replacesDevices)
        return try await put([user], tenant: tenant).contains(ExactText(userId))
    }

    /// Replaces the profiles of users, each named once, all of them or none; devices only where that is asked for.
    /// - Returns: the ids of those who are new.
    public func put(_ users: [UserReplacement], tenant: String) async throws -> Set<ExactText> {
        let (new, robbed) = try await pool.transaction { connection in
            // In one order, so that two who write the same users never wait for each other in a ring.
            let rows = try await connection.query(
                """
                INSERT INTO recipients AS r (tenant, user_id, profile)
                SELECT \(tenant), u.user_id, u.profile
                FROM unnest(\(users.map(\.userId)), \(users.map { JSONB(.object($0.recipient.profile)) })) AS u(user_id, profile)
                ORDER BY u.user_id
                ON CONFLICT (tenant, user_id) DO UPDATE SET profile = excluded.profile, updated_at = now()
                RETURNING r.user_id, r.xmax = 0
                """)
            let replaced = users.filter(\.replacesDevices)
            let devices = replaced.flatMap(\.registrations)
            let robbed = try await register(devices, tenant: tenant, on: connection)
            try await removeDevices(of: replaced.map(\.userId), except: devices, tenant: tenant, on: connection)
            let new = try rows.filter { try $0.get(1) }.map { ExactText(try $0.get(0)) }
            return (Set(new), robbed)
        }
        await announce(robbed + users.map(\.userId), tenant: tenant)
        return new
    }

    /// Adds or replaces one device.
    /// - Returns: false when the user is unknown, or has 50 devices already.
    public func put(_ device: Device, userId: String, tenant: String) async throws -> Bool {
        let robbed: [String]? = try await pool.transaction { connection in
            let user = try await connection.query(
                "SELECT FROM recipients WHERE tenant = \(tenant) AND user_id = \(userId) FOR UPDATE")
            if user.isEmpty { return nil }
            // In a statement of its own: the one that waited for the lock does not see what the other one added.
            let others: Int64 = try await connection.query(
                """
                SELECT count(*) FROM devices
                WHERE tenant = \(tenant) AND user_id = \(userId) AND device_id <> \(device.id)
                """)[0].get(0)
            if others >= Recipient.maximumDevices { return nil }
            return try await register([Registration(userId: userId, device: device)], tenant: tenant, on: connection)
        }
        guard let robbed else { return false }
        await announce(robbed + [userId], tenant: tenant)
        return true
    }
}

/// What a user is to be from now on.
public struct UserReplacement: Sendable, Hashable {
    public var userId: String
    public var recipient: Recipient
    /// Whether the devices are those of `recipient` only; otherwise they are left alone.
    public var replacesDevices: Bool

    public init(userId: String, recipient: Recipient, replacesDevices: Bool) {
        self.userId = userId
        self.recipient = recipient
        self.replacesDevices = replacesDevices
    }

    fileprivate var registrations: [Registration] {
        recipient.devices.map { Registration(userId: userId, device: $0) }
    }
}
