import Foundation
import LocalServers
import Logging
import Notifications
import Postgres
import SettingsReading
import TestSupport
import Testing

@testable import belfry

/// The command line, as an operator meets it.
struct CommandTests {
    private func run(_ arguments: [String], _ environment: [String: String] = [:]) async throws
        -> (status: LocalServers.ExitStatus, output: String)
    {
        let output = Lines()
        let child = try ChildProcess(
            executable: Installation.binary, arguments: arguments, environment: environment,
            output: .lines { output.add($0) })
        // A command that should have refused to start must not hold up the rest.
        var status = await child.waitForExit(within: .seconds(60))
        if status == nil { status = await child.stop(grace: .seconds(5)) }
        return (try #require(status), output.all.joined(separator: "\n"))
    }

    @Test(arguments: [
        "up", "api", "worker", "scheduler", "migrate", "keys", "keys create", "keys list", "keys rotate", "keys revoke",
        "settings", "send", "queues", "queues show", "queues pause", "queues resume", "dead-letters",
        "dead-letters list", "dead-letters redrive", "doctor", "openapi",
    ])
    func everyCommandExplainsItself(command: String) async throws {
        let answer = try await run(command.split(separator: " ").map { String($0) } + ["--help"])
        #expect(answer.status == .exited(0))
        #expect(answer.output.contains("USAGE: belfry \(command)"))
    }

    @Test func theDescriptionOfTheAPIIsOfThisVersion() async throws {
        let answer = try await run(["openapi"])
        // It is one line, which comes in pieces.
        let document = try JSON(parsing: answer.output.replacing("\n", with: ""))
        #expect(document["openapi"] == "3.1.0")
        #expect(document["info"]?["version"]?.string == BuildInfo.version)
    }

    @Test func aWrongCallEndsWithTwo() async throws {
        for arguments in [["send", "--title", "x"], ["nonsense"], ["up", "--port", "eighty"]] {
            let answer = try await run(arguments)
            #expect(answer.status == .exited(2), "\(arguments): \(answer.output)")
            #expect(answer.output.hasPrefix("Error: "))
        }
    }

    @Test func everyProblemOfTheSettingsIsToldAtOnceByName() async throws {
        let answer = try await run(
            ["api"],
            [
                "BELFRY_PORT": "eighty", "BELFRY_LEASE": "1s", "BELFRY_PROVIDERS": "pigeon=simulator",
                "BELFRY_SIMULATOR": "retry=2", "BELFRY_REDIS_URL": "http://nowhere",
            ])
        #expect(answer.status != .exited(0))
        for name in [
            "BELFRY_DATABASE_URL", "BELFRY_REDIS_URL", "BELFRY_PORT", "BELFRY_LEASE", "BELFRY_PROVIDERS",
            "BELFRY_SIMULATOR",
        ] {
            #expect(answer.output.contains(name), "\(name) is missing in: \(answer.output)")
        }
    }

    @Test func badOptionsAreRefusedWithWhatWouldBeRight() async throws {
        let routes = try await run(["worker", "--routes", "pigeon"])
        #expect(routes.status != .exited(0) && routes.output.contains("push.fcm"))
        let scopes = try await run(["keys", "create", "--name", "x", "--scopes", "everything"])
        #expect(scopes.status != .exited(0) && scopes.output.contains("send, read, admin, stream, operator"))
        let test = try await run(["keys", "create", "--name", "x", "--scopes", "read,operator", "--test"])
        #expect(test.status != .exited(0) && test.output.contains("no test key has the scope operator"))
    }

    @Test func aProcessDoesNotStartOnASchemaItDoesNotKnow() async throws {
        let postgres = try await TestServers.shared.postgres()
        let redis = try await TestServers.shared.redis()
        let answer = try await run(
            ["worker"], ["BELFRY_DATABASE_URL": postgres.url, "BELFRY_REDIS_URL": redis.url])
        #expect(answer.status != .exited(0))
        #expect(answer.output.contains("belfry migrate"), "\(answer.output)")
    }

    @Test func aRedisThatDropsJobsIsRefused() async throws {
        let folder = "/tmp/belfry-evicting-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let redis = try await LocalRedis.start(
            directory: folder, durable: false, settings: ["maxmemory-policy": "allkeys-lru"])
        let postgres = try await TestServers.shared.postgres()
        let schema = "evicting_\(getpid())"
        let environment = [
            "BELFRY_DATABASE_URL": "\(postgres.url)&options=-csearch_path%3D\(schema)", "BELFRY_REDIS_URL": redis.url,
        ]
        let pool = PostgresPool(try PostgresConfiguration(url: postgres.url), logger: Logger(label: "test"))
        try await pool.query("CREATE SCHEMA \(unescaped: schema)")
        #expect(try await run(["migrate"], environment).status == .exited(0))
        let answer = try await run(["worker"], environment)
        #expect(answer.status != .exited(0))
        #expect(answer.output.contains("noeviction"), "\(answer.output)")
        await pool.close()
        await redis.stop()
    }

    /// The table in the README says of every setting what the code says.
    @Test func readmeListsTheSettingsAsTheyAre() throws {
        var reader = SettingsReader([:])
        _ = Settings(&reader)
        let readme = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "README.md"), encoding: .utf8)
        let listed = readme.split(separator: "\n").filter { $0.hasPrefix("| `BELFRY_") }.map { String($0) }
        let expected = reader.entries.map { entry in
            let form = entry.form.replacing("|", with: "\\|")
            return "| `\(entry.name)` | \(form) | \(entry.fallback) | \(entry.about) |"
        }
        #expect(listed == expected)
    }
}
