import LocalServers
import Postgres
import TestSupport
import Testing

@Suite struct PostgresConfigurationTests {
    @Test func senselessURLIsRefusedWithoutRepeatingIt() throws {
        let error = #expect(throws: PostgresError.self) { try PostgresConfiguration(url: "postgresql://u:secret@[h") }
        guard case .invalidConfiguration = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!String(reflecting: error).contains("secret"))
    }

    @Test func descriptionHidesThePassword() throws {
        let configuration = try PostgresConfiguration(url: "postgresql://me:secret@example.org/notes")
        #expect("\(configuration)" == "notes on example.org as belfry")
        #expect(!String(reflecting: configuration).contains("secret"))
    }

    @Test func sessionHasEverySettingOfTheConfiguration() async throws {
        var configuration = try await newSchema()
        configuration.applicationName = "it's \\ a name"
        let expected = [
            "statement_timeout": "5s", "lock_timeout": "1s", "idle_in_transaction_session_timeout": "10s",
            "synchronous_commit": "on", "TimeZone": "UTC", "client_encoding": "UTF8",
            "plan_cache_mode": "auto", "application_name": "it's \\ a name",
            "search_path": configuration.searchPath ?? "",
        ]
        let connection = try await PostgresConnection.connect(configuration)
        for (name, value) in expected {
            #expect(try await connection.one("SHOW \(unescaped: name)") == value, "\(name)")
        }
    }

    @Test func settingsOfTheURLRemainUnlessOursSayOtherwise() async throws {
        let url = try await TestServers.shared.postgres().url
        var configuration = try PostgresConfiguration(
            url: "\(url)&options=-c%20work_mem%3D5MB%20-c%20statement_timeout%3D77s")
        configuration.statementTimeout = .milliseconds(1500)
        configuration.searchPath = #"odd "name" \ here"#
        let connection = try await PostgresConnection.connect(configuration)
        #expect(try await connection.one("SHOW work_mem") == "5MB")
        #expect(try await connection.one("SHOW statement_timeout") == "1500ms")
        #expect(try await connection.one("SHOW search_path") == #""odd ""name"" \ here""#)
    }

    @Test func whereAskedForStatementsArePlannedOnceAndThroughIndexes() async throws {
        var configuration = try await newSchema()
        configuration.plansByKey = true
        let connection = try await PostgresConnection.connect(configuration)
        for _ in 0..<20 { try await connection.query("SELECT relname FROM pg_class WHERE oid = ANY(\([Int32(1)]))") }
        let plans = try await connection.query(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement NOT LIKE '%plans%'")
        #expect(try plans.map { try $0.get("generic_plans", as: Int.self) } == [20])
        #expect(try plans.map { try $0.get("custom_plans", as: Int.self) } == [0])
        for setting in ["enable_seqscan", "enable_hashjoin", "enable_mergejoin"] {
            #expect(
                try await connection.query("SELECT current_setting(\(setting))")[0].get(0, as: String.self) == "off")
        }
    }
}
