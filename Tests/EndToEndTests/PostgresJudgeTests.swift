import Foundation
import Postgres
import Testing

@testable import belfry

struct PostgresJudgeTests {
    private static let now = Date(timeIntervalSince1970: 1_790_000_000)

    private static var well: PostgresFacts {
        var facts = PostgresFacts()
        facts.now = now
        facts.connections = 12
        facts.settings = [
            "server_version": "15.8", "server_version_num": "150008", "fsync": "on", "synchronous_commit": "on",
            "full_page_writes": "on", "statement_timeout": "5000", "lock_timeout": "1000",
            "idle_in_transaction_session_timeout": "10000", "max_connections": "100",
            "superuser_reserved_connections": "3",
        ]
        return facts
    }

    private func findings(_ change: (inout PostgresFacts) -> Void = { _ in }) throws -> [Finding] {
        var facts = Self.well
        change(&facts)
        let configuration = try PostgresConfiguration(url: "postgresql:///belfry")
        return PostgresJudge(facts: facts, configuration: configuration).findings
    }

    private func complaints(_ change: (inout PostgresFacts) -> Void) throws -> [String] {
        try findings(change).filter { $0.level != .ok }.map { "\($0.level) \($0.check) \($0.found)" }
    }

    @Test func aGoodPostgresIsPraised() throws {
        #expect(
            try findings().map { "\($0.level) \($0.check) \($0.found)" } == [
                "ok postgres.version 15.8", "ok postgres.role primary", "ok postgres.fsync on",
                "ok postgres.full_page_writes on", "ok postgres.synchronous_commit on",
                "ok postgres.schema as this binary wants it", "ok postgres.partitions made a week ahead",
                "ok postgres.statement_timeout 5s", "ok postgres.lock_timeout 1s",
                "ok postgres.idle_in_transaction_session_timeout 10s",
                "ok postgres.max_connections 97, 12 in use, room for 10 processes of 9",
                "ok postgres.access on this machine",
            ])
    }

    @Test(arguments: [
        ("server_version_num", "130012", "fail postgres.version 15.8"), ("fsync", "off", "fail postgres.fsync off"),
        ("full_page_writes", "off", "fail postgres.full_page_writes off"),
        ("synchronous_commit", "local", "fail postgres.synchronous_commit local"),
        ("statement_timeout", "0", "fail postgres.statement_timeout 0ms instead of 5s"),
        ("lock_timeout", "0", "fail postgres.lock_timeout 0ms instead of 1s"),
        (
            "idle_in_transaction_session_timeout", "60000",
            "fail postgres.idle_in_transaction_session_timeout 1m instead of 10s"
        ),
        ("max_connections", "30", "warn postgres.max_connections 27, 12 in use, room for 3 processes of 9"),
        ("max_connections", "11", "fail postgres.max_connections 8, 12 in use, room for 0 processes of 9"),
    ])
    func aWrongSettingIsTold(name: String, value: String, complaint: String) throws {
        #expect(try complaints { $0.settings[name] = value } == [complaint])
    }

    @Test func whatElseMayBeWrongIsTold() throws {
        #expect(try complaints { $0.isReplica = true } == ["fail postgres.role replica"])
        #expect(try complaints { $0.schemaProblem = "behind" } == ["fail postgres.schema behind"])
        #expect(try complaints { $0.settings["synchronous_commit"] = "remote_apply" } == [])
        #expect(
            try complaints { $0.isLocal = false } == ["warn postgres.access over the network, not encrypted"])
        #expect(
            try complaints {
                $0.isLocal = false
                $0.isEncrypted = true
            } == [])
    }

    @Test(arguments: [(0.5, "fail"), (3, "warn"), (6.5, "ok")])
    func aMissingPartitionIsTheWorseTheSoonerItIsNeeded(days: Double, level: String) throws {
        let found = try findings { $0.missingPartitions = ["delivery_events_1": Self.now + days * 86400] }
        #expect(found.first { $0.check == "postgres.partitions" }?.level.rawValue == level)
    }

    @Test func withoutASchemaPartitionsAreNotMissed() throws {
        #expect(try !findings { $0.schemaProblem = "behind" }.contains { $0.check == "postgres.partitions" })
    }
}
