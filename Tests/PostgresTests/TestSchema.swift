import Foundation
import LocalServers
import Logging
import Postgres
import TestSupport
import Testing

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A schema of the test's own, which goes with the server when the process ends.
func newSchema() async throws -> PostgresConfiguration {
    var configuration = try PostgresConfiguration(url: await TestServers.shared.postgres().url)
    let schema = "test_\(UUID().uuidString.lowercased().replacing("-", with: "_"))"
    // The machine may be busy, and no test is about how long this takes.
    configuration.connectTimeout = .seconds(30)
    configuration.acquireTimeout = .seconds(30)
    try await PostgresConnection.connect(configuration).run(script: "CREATE SCHEMA \(schema)")
    configuration.searchPath = schema
    return configuration
}

/// A connection in a schema of its own. It is closed when the test lets go of it.
func newConnection() async throws -> PostgresConnection {
    try await PostgresConnection.connect(newSchema())
}

extension PostgresConnection {
    /// The only column of the only row.
    nonisolated func one<Value: PostgresDecodable & Sendable>(
        _ query: PostgresQuery, as type: Value.Type = Value.self
    ) async throws -> Value {
        let result = try await self.query(query)
        try #require(result.count == 1)
        return try result[0].get(0)
    }
}

extension PostgresPool {
    func one<Value: PostgresDecodable & Sendable>(
        _ query: PostgresQuery, as type: Value.Type = Value.self
    ) async throws -> Value {
        let result = try await self.query(query)
        try #require(result.count == 1)
        return try result[0].get(0)
    }

    /// Which session of the server answers.
    var backend: Int { get async throws { try await one("SELECT pg_backend_pid()") } }
}

extension PostgresError {
    var state: SQLState? {
        if case .server(let error) = self { error.sqlState } else { nil }
    }
}
