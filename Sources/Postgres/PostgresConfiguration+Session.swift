extension PostgresConfiguration {
    /// The connection string libpq gets: what the URL said, and who we are.
    var connectionString: String {
        var keywords = endpoint
        keywords["application_name"] = applicationName
        keywords["client_encoding"] = "UTF8"
        return keywords.map { "\($0)=\(Self.quoted($1))" }.joined(separator: " ")
    }

    /// What every session of ours must have, as one text of statements. Not as `options` of the connection: poolers such
    /// as PgBouncer ignore or refuse those.
    var sessionScript: String {
        var settings = [
            ("statement_timeout", Self.milliseconds(statementTimeout)),
            ("lock_timeout", Self.milliseconds(lockTimeout)),
            ("idle_in_transaction_session_timeout", Self.milliseconds(idleInTransactionTimeout)),
            ("synchronous_commit", "on"),
            ("TimeZone", "UTC"),
            // Our statements take milliseconds; compiling one takes longer than any of them.
            ("jit", "off"),
        ]
        if plansByKey {
            settings += [
                ("plan_cache_mode", "force_generic_plan"), ("enable_seqscan", "off"), ("enable_hashjoin", "off"),
                ("enable_mergejoin", "off"),
            ]
        }
        if let searchPath { settings.append(("search_path", searchPath)) }
        return settings.map { "SET \($0) = '\($1.replacing("'", with: "''"))'" }.joined(separator: "; ")
    }

    /// Rounded up, so that a short timeout never becomes zero, which means none.
    private static func milliseconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        return "\(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)"
    }

    /// **Source:** PostgreSQL documentation, "Keyword/Value Connection Strings".
    private static func quoted(_ value: String) -> String {
        "'" + value.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
