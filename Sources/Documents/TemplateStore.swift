public import Notifications
public import Postgres

/// Templates and their versions.
public struct TemplateStore: Sendable {
    let pool: PostgresPool
    /// Told which template is not as before, once that is committed.
    public var onChange: @Sendable ([StaleEntry]) async -> Void = { _ in }

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// - Parameter versions: those that are no longer there.
    private func announce(_ name: String, without versions: [Int] = [], tenant: String) async {
        let choices = [TemplateChoice(name: name)] + versions.map { TemplateChoice(name: name, version: $0) }
        await onChange(choices.map { StaleEntry(.templates, tenant: tenant, key: $0.text) })
    }

    /// Keeps a version of a template. What the newest version says already is not kept twice.
    /// - Parameter activates: whether it is the one that is used from now on.
    /// - Returns: the version, and whether it is new.
    public func put(
        _ source: JSON, name: String, tenant: String, activates: Bool
    ) async throws -> (template: StoredTemplate, isNew: Bool) {
        let text = JSONB(source)
        let put: (template: StoredTemplate, isNew: Bool) = try await pool.transaction { connection in
            // Locks the row, so that of two writers each gets a number of its own.
            let last: Int32 = try await connection.query(
                """
                INSERT INTO templates AS t (tenant, name) VALUES (\(tenant), \(name))
                ON CONFLICT (tenant, name) DO UPDATE SET last_version = t.last_version RETURNING last_version
                """)[0].get(0)
            let isKept = try await !connection.query(
                """
                SELECT FROM template_versions
                WHERE tenant = \(tenant) AND name = \(name) AND version = \(last) AND source = \(text)
                """
            ).isEmpty
            let version = isKept ? last : last + 1
            if !isKept {
                try await connection.query(
                    """
                    INSERT INTO template_versions (tenant, name, version, source)
                    VALUES (\(tenant), \(name), \(version), \(text))
                    """)
            }
            let row = try await connection.query(
                """
                WITH t AS (
                    UPDATE templates SET last_version = \(version),
                        active_version = CASE WHEN \(activates) THEN \(version) ELSE active_version END
                    WHERE tenant = \(tenant) AND name = \(name) RETURNING tenant, name, active_version
                )
                SELECT v.name, v.version, coalesce(v.version = t.active_version, false), v.created_at, v.source
                FROM t JOIN template_versions v USING (tenant, name) WHERE v.version = \(version)
                """)[0]
            return (template: try StoredTemplate(row), isNew: !isKept)
        }
        await announce(name, tenant: tenant)
        return put
    }

    /// A version of a template; the active one where none is named. Nil for one there is not.
    public func template(_ name: String, version: Int? = nil, tenant: String) async throws -> StoredTemplate? {
        try await pool.query(
            """
            SELECT v.name, v.version, coalesce(v.version = t.active_version, false), v.created_at, v.source
            FROM templates t JOIN template_versions v USING (tenant, name)
            WHERE t.tenant = \(tenant) AND t.name = \(name)
                AND v.version = coalesce(\(version.map { Int32(clamping: $0) }), t.active_version)
            """
        ).first.map(StoredTemplate.init)
    }

    /// The active versions of those of these templates that have one.
    public func active(_ names: [String], tenant: String) async throws -> [StoredTemplate] {
        try await pool.query(
            """
            SELECT v.name, v.version, true, v.created_at, v.source
            FROM templates t JOIN template_versions v USING (tenant, name)
            WHERE t.tenant = \(tenant) AND t.name = ANY(\(names)) AND v.version = t.active_version
            """
        ).map(StoredTemplate.init)
    }

    /// Makes a version the one that is used.
    /// - Returns: false when there is no such version.
    public func activate(_ name: String, version: Int, tenant: String) async throws -> Bool {
        let version = Int32(clamping: version)
        let isThere =
            try await pool.query(
                """
                UPDATE templates t SET active_version = \(version) FROM template_versions v
                WHERE t.tenant = \(tenant) AND t.name = \(name)
                    AND v.tenant = t.tenant AND v.name = t.name AND v.version = \(version)
                """
            ).affected > 0
        await announce(name, tenant: tenant)
        return isThere
    }

    /// Removes all versions. Their numbers are not used again.
    /// - Returns: whether there were any.
    public func remove(_ name: String, tenant: String) async throws -> Bool {
        let versions: [Int] = try await pool.transaction { connection in
            // First, as whoever puts does: both would wait for the other otherwise.
            try await connection.query(
                "UPDATE templates SET active_version = NULL WHERE tenant = \(tenant) AND name = \(name)")
            return try await connection.query(
                "DELETE FROM template_versions WHERE tenant = \(tenant) AND name = \(name) RETURNING version"
            ).map { Int(try $0.get(0, as: Int32.self)) }
        }
        await announce(name, without: versions, tenant: tenant)
        return !versions.isEmpty
    }
}
