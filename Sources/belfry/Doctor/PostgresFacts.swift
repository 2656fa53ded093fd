import Documents
import Foundation
import Logging
import Postgres

/// What there is to know of a Postgres before documents are trusted to it, as seen by a connection of ours.
struct PostgresFacts: Equatable {
    /// `pg_settings` by name: what is in force on the connection.
    var settings: [String: String] = [:]
    var isReplica = false
    var isLocal = true
    var isEncrypted = false
    /// Connections of all clients.
    var connections = 0
    /// What is wrong with the schema; nil when this binary can work with it.
    var schemaProblem: String?
    /// Partitions that should exist and do not, with the time from which they are needed.
    var missingPartitions: [String: Date] = [:]
    /// Its time.
    var now = Date.distantPast
    /// How far its clock is ahead of ours, in seconds.
    var clockOffset: TimeInterval = 0

    private static let settingNames = [
        "server_version", "server_version_num", "fsync", "synchronous_commit", "full_page_writes", "statement_timeout",
        "lock_timeout", "idle_in_transaction_session_timeout", "max_connections", "superuser_reserved_connections",
        "reserved_connections",
    ]

    static func read(_ pool: PostgresPool, logger: Logger) async throws -> PostgresFacts {
        var facts = PostgresFacts()
        let rows = try await pool.query("SELECT name, setting FROM pg_settings WHERE name = ANY(\(settingNames))")
        facts.settings = try Dictionary(rows.map { (try $0.get(0), try $0.get(1)) }) { $1 }
        let row = try await pool.query(
            """
            SELECT pg_is_in_recovery(),
                coalesce(inet_server_addr() <<= '127.0.0.0/8' OR inet_server_addr() = '::1', true),
                coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false),
                (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')
            """)[0]
        facts.isReplica = try row.get(0)
        facts.isLocal = try row.get(1)
        facts.isEncrypted = try row.get(2)
        facts.connections = Int(try row.get(3, as: Int64.self))
        let clock = ServerClock(pool: pool, logger: logger)
        try await clock.measure()
        facts.now = clock.now
        facts.clockOffset = facts.now.timeIntervalSince(Date())
        try await facts.readSchema(pool)
        return facts
    }

    private mutating func readSchema(_ pool: PostgresPool) async throws {
        do {
            try await Migrator(Schema.migrations).verify(pool)
        } catch PostgresError.migration(let problem) {
            schemaProblem = problem.description
            return
        }
        // Of `makeAhead` alone; what is kept for how long does not matter to it.
        missingPartitions = try await Partitions(pool: pool, retention: .zero).missing()
    }
}
