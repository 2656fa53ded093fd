/// Brings a schema to where this binary wants it, and tells whether it is there.
///
/// What was applied stands in `schema_migrations`, in the schema that the configuration's `searchPath` names.
public struct Migrator: Sendable {
    /// Ascending by version.
    public let migrations: [Migration]
    /// How long to wait for another migrator.
    public var lockTimeout: Duration = .seconds(60)

    /// - Throws: ``PostgresError/invalidConfiguration(_:)`` if two have one version.
    public init(_ migrations: [Migration]) throws(PostgresError) {
        guard Set(migrations.map(\.version)).count == migrations.count else {
            throw .invalidConfiguration("two migrations have one version")
        }
        self.migrations = migrations.sorted { $0.version < $1.version }
    }

    /// Applies what is missing, each migration in a transaction of its own, on a connection of its own without
    /// `statement_timeout`. Safe to run from several processes at once: one works, the others wait and find it done.
    ///
    /// - Returns: what was applied, in order.
    /// - Throws: ``PostgresError/migration(_:)``; what came before the failing migration stays applied.
    public func migrate(_ configuration: PostgresConfiguration) async throws -> [Migration] {
        var configuration = configuration
        configuration.statementTimeout = .zero
        let connection = try await PostgresConnection.connect(configuration)
        do {
            try await lock(connection)
            let applied = try await applyPending(on: connection)
            await connection.close()
            return applied
        } catch {
            // Ends the session, and with it the lock.
            await connection.close()
            throw error
        }
    }

    /// Returns if this binary can work with the schema: all its migrations are applied unchanged, at most one newer.
    ///
    /// - Throws: ``PostgresError/migration(_:)`` if it cannot.
    public func verify(_ pool: PostgresPool) async throws {
        let applied = try await pool.withConnection { try await Self.applied(on: $0) }
        let pending = try plan(applied).pending
        guard pending.isEmpty else {
            throw PostgresError.migration(.behind(missing: pending.map(\.version)))
        }
    }
}

extension Migrator {
    /// Asks again and again instead of waiting inside a statement: that would hold a snapshot, for whose end a
    /// `CREATE INDEX CONCURRENTLY` of the other migrator waits.
    private func lock(_ connection: PostgresConnection) async throws {
        let deadline = ContinuousClock.now + lockTimeout
        while true {
            let result = try await connection.query(
                """
                SELECT pg_try_advisory_lock(
                    hashtextextended(coalesce(current_schema(), '') || '.schema_migrations', 0))
                """
            )
            if try result[0].get(0, as: Bool.self) { return }
            guard ContinuousClock.now < deadline else { throw PostgresError.migration(.lockTimeout) }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func applyPending(on connection: PostgresConnection) async throws -> [Migration] {
        try await connection.run(
            script: """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    version    bigint PRIMARY KEY,
                    name       text NOT NULL,
                    checksum   text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                )
                """)
        let pending = try plan(await Self.applied(on: connection)).pending
        for migration in pending {
            do {
                try await apply(migration, on: connection)
            } catch let error as PostgresError {
                let reason = error.debugDescription
                throw PostgresError.migration(.failed(version: migration.version, reason: reason))
            }
        }
        return pending
    }

    private func apply(_ migration: Migration, on connection: PostgresConnection) async throws {
        let record: PostgresQuery = """
            INSERT INTO schema_migrations (version, name, checksum)
            VALUES (\(migration.version), \(migration.name), \(migration.checksum))
            """
        if migration.isTransactional {
            try await connection.transaction { connection in
                try await connection.run(script: migration.sql)
                try await connection.query(record)
            }
        } else {
            // Such statements wait for every older transaction by way of locks, and block nobody meanwhile.
            try await connection.run(script: "SET lock_timeout = 0")
            try await connection.run(script: migration.sql)
            try await connection.run(script: "RESET lock_timeout")
            try await connection.query(record)
        }
    }

    private func plan(_ applied: [MigrationPlan.Applied]) throws(PostgresError) -> MigrationPlan {
        do {
            return try MigrationPlan(known: migrations, applied: applied)
        } catch {
            throw .migration(error)
        }
    }

    /// Nothing if there is no table yet.
    private static func applied(on connection: PostgresConnection) async throws -> [MigrationPlan.Applied] {
        do {
            let result = try await connection.query("SELECT version, checksum FROM schema_migrations ORDER BY version")
            return try result.map { row in
                MigrationPlan.Applied(version: try row.get(0), checksum: try row.get(1))
            }
        } catch PostgresError.server(let error) where error.sqlState == .undefinedTable {
            return []
        }
    }
}
