import Postgres
import Testing

@Suite struct MigratorTests {
    private static let create = Migration(
        version: 1, name: "create_things", sql: "CREATE TABLE things (n bigint); INSERT INTO things VALUES (1);")
    private static let extend = Migration(version: 2, name: "add_names", sql: "ALTER TABLE things ADD name text")
    private static let index = Migration(
        version: 3, name: "index_names", sql: "-- no-transaction\nCREATE INDEX CONCURRENTLY by_name ON things (name)")

    private func newPool() async throws -> (PostgresConfiguration, PostgresPool) {
        let configuration = try await newSchema()
        return (configuration, PostgresPool(configuration, logger: quiet))
    }

    private func recorded(_ pool: PostgresPool) async throws -> [String] {
        try await pool.query("SELECT version || ' ' || name FROM schema_migrations ORDER BY version").map {
            try $0.get(0)
        }
    }

    private func problem(_ body: () async throws -> Void) async -> MigrationProblem? {
        let error = await #expect(throws: PostgresError.self) { try await body() }
        if case .migration(let problem) = error { return problem }
        return nil
    }

    @Test func appliesWhatIsMissingOnceAndInOrder() async throws {
        let (configuration, pool) = try await newPool()
        #expect(
            try await Migrator([Self.extend, Self.create]).migrate(configuration) == [Self.create, Self.extend])
        let migrator = try Migrator([Self.create, Self.extend, Self.index])
        #expect(try await migrator.migrate(configuration) == [Self.index])
        #expect(try await migrator.migrate(configuration) == [])
        try await migrator.verify(pool)
        #expect(try await recorded(pool) == ["1 create_things", "2 add_names", "3 index_names"])
        #expect(try await pool.one("SELECT count(*) FROM things") == 1)
    }

    @Test func severalAtOnceApplyEachOnce() async throws {
        let (configuration, pool) = try await newPool()
        let migrator = try Migrator([Self.create, Self.extend, Self.index])
        let applied = try await withThrowingTaskGroup(of: [Migration].self) { group in
            for _ in 0..<4 { group.addTask { try await migrator.migrate(configuration) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(applied == [Self.create, Self.extend, Self.index])
        #expect(try await recorded(pool).count == 3)
    }

    @Test func waitingForAnotherMigratorIsBounded() async throws {
        let (configuration, _) = try await newPool()
        var migrator = try Migrator([Self.create])
        migrator.lockTimeout = .zero
        let holder = try await PostgresConnection.connect(configuration)
        try await holder.query(
            "SELECT pg_advisory_lock(hashtextextended(current_schema() || '.schema_migrations', 0))")
        let found = await problem { [migrator] in _ = try await migrator.migrate(configuration) }
        #expect(found == .lockTimeout)
        await holder.close()
    }

    @Test func failingMigrationLeavesNothingOfItself() async throws {
        let (configuration, pool) = try await newPool()
        let bad = Migration(version: 2, name: "bad", sql: "CREATE TABLE half (n bigint); SELECT 1 / 0;")
        let migrator = try Migrator([Self.create, bad, Self.index])
        let found = await problem { _ = try await migrator.migrate(configuration) }
        #expect(found?.description == "migration 2 failed")
        #expect(found?.debugDescription.contains("division by zero") == true)
        #expect(try await recorded(pool) == ["1 create_things"])
        #expect(try await pool.one("SELECT to_regclass('half') IS NULL"))
    }

    @Test func changedMigrationIsRefusedByBoth() async throws {
        let (configuration, pool) = try await newPool()
        _ = try await Migrator([Self.create]).migrate(configuration)
        let changed = try Migrator([Migration(version: 1, name: "create_things", sql: "SELECT 2"), Self.extend])
        #expect(await problem { _ = try await changed.migrate(configuration) } == .changed(version: 1))
        #expect(await problem { try await changed.verify(pool) } == .changed(version: 1))
        #expect(try await recorded(pool) == ["1 create_things"])
    }

    @Test func schemaBehindTheBinaryIsRefusedUntilMigrated() async throws {
        let (configuration, pool) = try await newPool()
        let migrator = try Migrator([Self.create, Self.extend])
        #expect(await problem { try await migrator.verify(pool) } == .behind(missing: [1, 2]))
        _ = try await Migrator([Self.create]).migrate(configuration)
        #expect(await problem { try await migrator.verify(pool) } == .behind(missing: [2]))
        _ = try await migrator.migrate(configuration)
        try await migrator.verify(pool)
    }

    @Test func schemaAheadOfTheBinaryIsServedForOneVersionOnly() async throws {
        let (configuration, pool) = try await newPool()
        _ = try await Migrator([Self.create, Self.extend, Self.index]).migrate(configuration)
        try await Migrator([Self.create, Self.extend]).verify(pool)
        let old = try Migrator([Self.create])
        #expect(await problem { try await old.verify(pool) } == .ahead(database: 3, binary: 1))
    }

    @Test func twoMigrationsOfOneVersionAreRefused() {
        #expect(throws: PostgresError.self) { try Migrator([Self.create, Self.create]) }
    }
}
