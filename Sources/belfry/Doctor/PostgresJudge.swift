import Foundation
import Notifications
import Postgres

/// What the facts of a Postgres mean for Belfry.
struct PostgresJudge {
    let facts: PostgresFacts
    /// What every connection of ours asks for.
    let configuration: PostgresConfiguration

    /// The first major version with `DETACH PARTITION … CONCURRENTLY`.
    private static let oldestMajorVersion = 14
    /// An API, a worker, a scheduler, and the next one of them while it is replaced.
    private static let usualProcesses = 4

    var findings: [Finding] {
        [version, role] + durability + [schema] + (facts.schemaProblem == nil ? [partitions] : []) + timeouts
            + [connections, access]
    }

    private func setting(_ name: String) -> String { facts.settings[name] ?? "unknown" }
    private func number(_ name: String) -> Int { facts.settings[name].flatMap { Int($0) } ?? 0 }

    private var version: Finding {
        let major = number("server_version_num") / 10_000
        if major >= PostgresJudge.oldestMajorVersion { return .ok("postgres.version", setting("server_version")) }
        return .fail(
            "postgres.version", setting("server_version"),
            "This Postgres is too old: Belfry needs \(PostgresJudge.oldestMajorVersion) or newer.")
    }

    private var role: Finding {
        facts.isReplica
            ? .fail("postgres.role", "replica", "A replica takes no writes: let BELFRY_DATABASE_URL name the primary.")
            : .ok("postgres.role", "primary")
    }

    /// What a 2xx is worth.
    private var durability: [Finding] {
        [
            mustBeOn("fsync", "A crash of the machine may destroy the database"),
            mustBeOn("full_page_writes", "A crash of the machine may destroy pages"),
            mustBeOn("synchronous_commit", "What was accepted may be lost in a crash"),
        ]
    }

    private func mustBeOn(_ name: String, _ danger: String) -> Finding {
        let value = setting(name)
        // `remote_apply` waits for more than `on` does.
        if value == "on" || (name == "synchronous_commit" && value == "remote_apply") {
            return .ok("postgres.\(name)", value)
        }
        return .fail("postgres.\(name)", value, "\(danger): set \(name) = on.")
    }

    private var schema: Finding {
        guard let problem = facts.schemaProblem else { return .ok("postgres.schema", "as this binary wants it") }
        return .fail("postgres.schema", problem, "Run `belfry migrate` of this version.")
    }

    private var partitions: Finding {
        let check = "postgres.partitions"
        let advice = "Is a worker or a scheduler running? Its clerks make them; so does `belfry migrate`."
        let soon = facts.missingPartitions.filter { $0.value <= facts.now.addingTimeInterval(86400) }
        if let names = PostgresJudge.list(soon) {
            return .fail(check, "missing, and needed within a day: \(names)", advice)
        }
        // The clerks look every hour, so the last day of the week may be missing for a while.
        let later = facts.missingPartitions.filter { $0.value <= facts.now.addingTimeInterval(6 * 86400) }
        if let names = PostgresJudge.list(later) { return .warn(check, "missing: \(names)", advice) }
        return .ok(check, "made a week ahead")
    }

    private static func list(_ partitions: [String: Date]) -> String? {
        partitions.isEmpty ? nil : partitions.keys.sorted().joined(separator: ", ")
    }

    /// A pooler between us and Postgres may swallow what our sessions ask for.
    private var timeouts: [Finding] {
        let wanted = [
            ("statement_timeout", configuration.statementTimeout), ("lock_timeout", configuration.lockTimeout),
            ("idle_in_transaction_session_timeout", configuration.idleInTransactionTimeout),
        ]
        return wanted.map { name, duration in
            let milliseconds = number(name)
            let found = Duration.milliseconds(milliseconds).shorthand
            if milliseconds == duration.milliseconds { return .ok("postgres.\(name)", found) }
            return .fail(
                "postgres.\(name)", "\(found) instead of \(duration.shorthand)",
                "Something between Belfry and Postgres drops what a session sets: connect without a pooler.")
        }
    }

    private var connections: Finding {
        let check = "postgres.max_connections"
        let reserved = number("superuser_reserved_connections") + number("reserved_connections")
        let available = number("max_connections") - reserved
        // A process with clerks holds one more, with the lock that makes it the only one.
        let each = configuration.poolSize + 1
        let found = "\(available), \(facts.connections) in use, room for \(available / each) processes of \(each)"
        if available < each {
            return .fail(check, found, "Not even one process fits: raise max_connections or lower BELFRY_POOL_SIZE.")
        }
        if available < each * PostgresJudge.usualProcesses {
            return .warn(check, found, "Raise max_connections or lower BELFRY_POOL_SIZE.")
        }
        return .ok(check, found)
    }

    private var access: Finding {
        if facts.isLocal { return .ok("postgres.access", "on this machine") }
        if facts.isEncrypted { return .ok("postgres.access", "over the network, encrypted") }
        return .warn(
            "postgres.access", "over the network, not encrypted",
            "Add sslmode=verify-full to BELFRY_DATABASE_URL, or keep it on a private network.")
    }
}
