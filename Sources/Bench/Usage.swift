import Foundation
import LocalServers
import Logging
import Postgres
import Redis

/// What all processes and servers had done at one moment; two of them make a figure.
struct Usage: Sendable {
    /// By `api`, `worker`, `postgres`, `redis`: what is not on this machine, or not ours, is missing.
    var processes: [String: ProcessUsage]
    /// Sent by clients.
    var redisCommands: Int
    /// Those, and what scripts called.
    var redisOperations: Int
    /// Nil without the extension `pg_stat_statements`.
    var postgresStatements: PostgresStatements?
    /// Of the table `notifications`: updates, and how many of them were heap-only.
    var updates: Int
    var hotUpdates: Int
}

extension Usage {
    static func read(_ installation: Installation, _ redis: RedisClient) async throws -> Usage {
        let pids = [
            "api": installation.api.processIdentifier, "worker": installation.worker.processIdentifier,
            "postgres": installation.postgresProcess, "redis": installation.redisProcess,
        ]
        var processes: [String: ProcessUsage] = [:]
        for (role, pid) in pids {
            processes[role] = pid.flatMap { ProcessUsage(processIdentifier: $0, withChildren: role == "postgres") }
        }
        let calls = RedisCalls(info: try await redis.execute(RedisCommand("INFO", "commandstats")).string ?? "")
        let (updates, hot) = try await heapOnlyUpdates(installation.pool)
        return Usage(
            processes: processes, redisCommands: calls.sent, redisOperations: calls.all,
            postgresStatements: try await statements(installation.pool), updates: updates, hotUpdates: hot)
    }

    private static func statements(_ pool: PostgresPool) async throws -> PostgresStatements? {
        let there = try await pool.query("SELECT 1 FROM pg_extension WHERE extname = 'pg_stat_statements'")
        guard !there.isEmpty else { return nil }
        // Of all our statements only the look-up of users begins so.
        let row = try await pool.query(
            """
            SELECT coalesce(sum(calls), 0)::bigint,
                coalesce(sum(calls) FILTER (WHERE query LIKE 'SELECT r.tenant, r.user_id, r.profile%'), 0)::bigint
            FROM pg_stat_statements
            """)[0]
        return PostgresStatements(
            all: Int(try row.get(0, as: Int64.self)), userLookups: Int(try row.get(1, as: Int64.self)))
    }

    private static func heapOnlyUpdates(_ pool: PostgresPool) async throws -> (all: Int, hot: Int) {
        let row = try await pool.query(
            """
            SELECT coalesce(sum(n_tup_upd), 0)::bigint, coalesce(sum(n_tup_hot_upd), 0)::bigint
            FROM pg_stat_user_tables
            WHERE relid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'notifications'::regclass)
            """)[0]
        return (Int(try row.get(0, as: Int64.self)), Int(try row.get(1, as: Int64.self)))
    }
}

/// Statements that Postgres ran.
struct PostgresStatements: Hashable {
    var all: Int
    var userLookups: Int
}

/// What `INFO commandstats` counts: calls by clients and calls by scripts alike, by the command's name.
struct RedisCalls: Hashable {
    var sent = 0
    var all = 0

    /// Our scripts call none of these, and Belfry sends none but these.
    private static let sentByClients: Set<String> = [
        "evalsha", "eval", "script|load", "blpop", "publish", "subscribe", "unsubscribe", "ping", "auth", "hello",
        "client|setname", "client|setinfo", "select", "info", "config|get", "mget",
    ]

    init(info: String) {
        for line in info.split(whereSeparator: \.isNewline) {
            guard line.hasPrefix("cmdstat_"), let colon = line.firstIndex(of: ":"),
                let calls = line[colon...].dropFirst(":calls=".count).split(separator: ",").first.flatMap({ Int($0) })
            else { continue }
            all += calls
            if RedisCalls.sentByClients.contains(String(line[..<colon].dropFirst("cmdstat_".count))) { sent += calls }
        }
    }
}
