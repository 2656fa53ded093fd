public import Notifications
public import Postgres

/// What users want, and what tenants have set for all of theirs.
public struct PreferenceStore: Sendable {
    private let pool: PostgresPool
    /// Told whose are not as before, once that is committed.
    public var onChange: @Sendable ([StaleEntry]) async -> Void = { _ in }

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// A user's own preferences, empty where nothing was said; nil for an unknown user.
    public func preferences(of userId: String, tenant: String) async throws -> Preferences? {
        let row = try await pool.query(
            """
            SELECT p.preferences FROM recipients r
            LEFT JOIN preferences p ON p.tenant = r.tenant AND p.user_id = r.user_id
            WHERE r.tenant = \(tenant) AND r.user_id = \(userId)
            """
        ).first
        guard let row else { return nil }
        return try row.get(0, as: JSONB?.self).map { Preferences(stored: $0.json) } ?? Preferences()
    }

    /// Replaces a user's preferences.
    /// - Returns: false when the user is unknown.
    public func set(_ preferences: Preferences, of userId: String, tenant: String) async throws -> Bool {
        // The lock lets nobody erase the user before this is there to be erased too.
        let isKnown =
            try await pool.query(
                """
                INSERT INTO preferences (tenant, user_id, preferences)
                SELECT tenant, user_id, \(JSONB(preferences.json)) FROM recipients
                WHERE tenant = \(tenant) AND user_id = \(userId) FOR KEY SHARE
                ON CONFLICT (tenant, user_id) DO UPDATE SET preferences = excluded.preferences, updated_at = now()
                """
            ).affected > 0
        // They are looked up, and kept, with the user.
        if isKnown { await onChange([StaleEntry(.recipients, tenant: tenant, key: userId)]) }
        return isKnown
    }

    public func defaults(of tenant: String) async throws -> PreferenceDefaults {
        let row = try await pool.query("SELECT preferences FROM preference_defaults WHERE tenant = \(tenant)").first
        return PreferenceDefaults(stored: try row?.get(0, as: JSONB.self).json)
    }

    public func set(_ defaults: PreferenceDefaults, of tenant: String) async throws {
        try await pool.query(
            """
            INSERT INTO preference_defaults (tenant, preferences) VALUES (\(tenant), \(JSONB(defaults.json)))
            ON CONFLICT (tenant) DO UPDATE SET preferences = excluded.preferences, updated_at = now()
            """)
        await onChange([StaleEntry(.preferences, tenant: tenant, key: "")])
    }
}
