import ArgumentParser
import Documents
import Postgres

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database schema up to date. Safe to run twice, and twice at once.")

    func run() async throws {
        let context = try ProcessContext(settings: Settings(), label: "belfry-migrate")
        let applied = try await context.migrate()
        for migration in applied { say("applied \(migration.version) \(migration.name)") }
        if applied.isEmpty { say("the schema is up to date") }
        await context.close()
    }
}

extension ProcessContext {
    /// Applies what is missing and makes the first partitions.
    func migrate() async throws -> [Migration] {
        let applied = try await Migrator(Schema.migrations).migrate(settings.postgres)
        try await Partitions(pool: pool, retention: settings.retention).makeAhead()
        return applied
    }
}
