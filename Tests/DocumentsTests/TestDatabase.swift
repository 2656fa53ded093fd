import Documents
import Foundation
import LocalServers
import Logging
import Postgres
import TestSupport

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A schema of its own on the Postgres that the tests share: migrated, with its partitions, dropped when the test ends.
///
/// Its waits are long, so that a busy machine fails no test; a deadlock still does.
struct TestDatabase: Sendable {
    /// Unqualified names are looked up in the test's schema.
    let configuration: PostgresConfiguration
    /// Plans for the values at hand, as the pool of a worker does.
    let pool: PostgresPool

    /// A configuration for one schema of a server.
    static func configuration(url: String, schema: String) throws -> PostgresConfiguration {
        var configuration = try PostgresConfiguration(url: url)
        configuration.searchPath = schema
        configuration.applicationName = schema
        configuration.poolSize = 6
        configuration.plansByKey = true
        configuration.acquireTimeout = .seconds(60)
        configuration.connectTimeout = .seconds(60)
        configuration.statementTimeout = .seconds(60)
        configuration.lockTimeout = .seconds(60)
        configuration.idleInTransactionTimeout = .seconds(60)
        return configuration
    }

    /// Another pool on the same schema, as another process would have; close it.
    func anotherPool(_ change: (inout PostgresConfiguration) -> Void = { _ in }) -> PostgresPool {
        var configuration = configuration
        change(&configuration)
        return PostgresPool(configuration, logger: quiet)
    }
}

/// Runs a test in a schema that is ready for documents.
func withDatabase(_ body: (TestDatabase) async throws -> Void) async throws {
    try await withEmptySchema { database in
        _ = try await Migrator(Schema.migrations).migrate(database.configuration)
        try await Partitions(pool: database.pool, retention: .seconds(30 * 86400)).makeAhead()
        try await body(database)
    }
}

/// Runs a test in a schema that has nothing in it.
func withEmptySchema(_ body: (TestDatabase) async throws -> Void) async throws {
    let url = try await TestServers.shared.postgres().url
    let schema = "test_\(UUID().uuidString.filter { $0 != "-" }.lowercased())"
    let configuration = try TestDatabase.configuration(url: url, schema: schema)
    try await Turnstile.databases.pass {
        let database = TestDatabase(
            configuration: configuration, pool: PostgresPool(configuration, logger: quiet))
        try await database.pool.query("CREATE SCHEMA \(unescaped: schema)")
        let result = await outcome { try await body(database) }
        try await database.pool.query("DROP SCHEMA \(unescaped: schema) CASCADE")
        await database.pool.close()
        try result.get()
    }
}
