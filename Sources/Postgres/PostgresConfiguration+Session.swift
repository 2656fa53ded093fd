extension PostgresConfiguration {
    /// The connection string libpq gets: what the URL said, and over it what every session of ours must have.
    var connectionString: String {
        var keywords = endpoint
        keywords["application_name"] = applicationName
        keywords["client_encoding"] = "UTF8"
        // The server applies them in order, so ours come last and win.
        keywords["options"] = [endpoint["options"], sessionOptions].compactMap(\.self).joined(separator: " ")
        return keywords.map { "\($0)=\(Self.quoted($1))" }.joined(separator: " ")
    }

    /// The settings of a session as the server's command line options.
    private var sessionOptions: String {
        var settings = [
            ("statement_timeout", Self.milliseconds(statementTimeout)),
            ("lock_timeout", Self.milliseconds(lockTimeout)),
            ("idle_in_transaction_session_timeout", Self.milliseconds(idleInTransactionTimeout)),
            ("synchronous_commit", "on"),
            ("TimeZone", "UTC"),
            ("plan_cache_mode", forceCustomPlan ? "force_custom_plan" : "auto"),
        ]
        if let searchPath {
            settings.append(("search_path", "\"\(searchPath.replacing("\"", with: "\"\""))\""))
        }
        return settings.map { "-c \($0)=\(Self.escaped($1))" }.joined(separator: " ")
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

    /// **Source:** PostgreSQL documentation, connection parameter `options`.
    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing(" ", with: "\\ ")
    }
}
