import ArgumentParser
import Foundation
import Notifications
import SettingsReading
import Testing

@testable import belfry

/// What `docker/` and the Procfile name is there.
struct DeploymentTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static var commands: [String] {
        Belfry.configuration.subcommands.compactMap { $0.configuration.commandName }
    }

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// What a file sets, whether it writes `NAME=value` or `NAME: value`.
    private static func settings(_ path: String) throws -> [String: String] {
        let found = try text(path).matches(of: /(BELFRY_[A-Z_]+)(?:=|: )("[^"]*"|\S[^\n]*?)(?=\n| BELFRY_)/)
        return Dictionary(found.map { (String($0.output.1), String($0.output.2)) }) { $1 }
    }

    @Test(arguments: ["docker/Dockerfile", "docker/compose.yaml", "docker/belfry.env.example"])
    func everySettingOfTheContainersExists(file: String) throws {
        var reader = SettingsReader([:])
        _ = Settings(&reader)
        let named = try Self.settings(file).keys
        #expect(!named.isEmpty && Set(named).isSubset(of: reader.entries.map(\.name)))
    }

    @Test func theContainersSettingsAreRight() throws {
        var environment: [String: String] = [:]
        for file in ["docker/Dockerfile", "docker/compose.yaml", "docker/belfry.env.example"] {
            environment.merge(try Self.settings(file)) { $1 }
        }
        let settings = try Settings(environment)
        #expect(settings.host == "0.0.0.0" && settings.port == 8080)
        #expect(settings.assignments == [.webhook: ["webhook"], .inApp: ["inApp"]])
    }

    @Test func everyRoleOfTheContainersIsACommand() throws {
        let roles = try Self.text("docker/compose.yaml").matches(of: /\n    command: \[(.*)\]/).map {
            String($0.output.1)
        }
        #expect(roles == ["migrate", "api", "worker", "scheduler"])
        #expect(Set(roles).isSubset(of: Self.commands))
        #expect(try Self.text("docker/Dockerfile").contains("ENTRYPOINT [\"belfry\"]\nCMD [\"api\"]\n"))
    }

    @Test func everyProcessOfTheProcfileIsACommand() throws {
        let lines = try Self.text("Procfile").split(separator: "\n")
        #expect(lines.count == 3)
        for line in lines {
            let role = try #require(line.wholeMatch(of: /(\w+): \.build\/release\/belfry (\w+)/)?.output)
            #expect(role.1 == role.2 && Self.commands.contains(String(role.2)))
        }
    }

    /// The health checks ask a port that the process of that role listens on.
    @Test func healthChecksAskThePortsThatAreSet() throws {
        let probes = try Self.text("docker/compose.yaml").matches(of: /127\.0\.0\.1:(\d+)\/health\/ready/)
        let settings = try Self.settings("docker/Dockerfile")
        #expect(
            probes.map { String($0.output.1) } == [settings["BELFRY_PORT"], settings["BELFRY_METRICS_PORT"]])
    }
}
