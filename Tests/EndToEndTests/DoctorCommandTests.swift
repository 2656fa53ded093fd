import Foundation
import LocalServers
import Notifications
import Postgres
import TestSupport
import Testing

/// `belfry doctor` on real servers.
@Suite(.timeLimit(.minutes(2))) struct DoctorCommandTests {
    private func levels(_ output: [String]) throws -> [String: String] {
        let report = try JSON(parsing: output.joined())
        let checks = report["checks"]?.array ?? []
        return Dictionary(
            checks.map { ($0["check"]?.string ?? "", $0["level"]?.string ?? "") }, uniquingKeysWith: { $1 })
    }

    @Test func anInstallationIsExaminedFromEndToEnd() async throws {
        let belfry = try await Installation.start()
        // The tests' servers are not durable, and that is found out.
        let ill = try await belfry.run(["doctor", "--json"], [:])
        #expect(ill.status == .exited(1))
        let levels = try levels(ill.output)
        #expect(levels["postgres.fsync"] == "fail" && levels["redis.appendonly"] == "warn")
        #expect(levels["providers.simulator"] == "warn" && levels["providers"] == "ok")
        for check in [
            "postgres", "postgres.schema", "postgres.partitions", "postgres.statement_timeout",
            "postgres.lock_timeout", "postgres.idle_in_transaction_session_timeout", "redis", "redis.version",
            "redis.maxmemory-policy", "settings.timing", "host.clock-postgres", "host.clock-redis",
        ] {
            #expect(levels[check] == "ok", "\(check) in \(ill.output)")
        }
        #expect(!ill.output.joined().contains(Installation.webhookSecret))

        _ = try await belfry.pool.query("DROP TABLE schema_migrations")
        let behind = try await belfry.run("doctor")
        #expect(behind.output.contains { $0.hasPrefix("fail  postgres.schema ") }, "\(behind.output)")
        #expect(behind.output.contains { $0.contains("belfry migrate") })
        await belfry.stop()
    }

    @Test func aDurableInstallationIsWell() async throws {
        let folder = "/tmp/belfry-doctor-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let postgres = try await LocalPostgres.start(directory: "\(folder)/postgres")
        let redis = try await LocalRedis.start(directory: "\(folder)/redis")
        let environment = ["BELFRY_DATABASE_URL": postgres.url, "BELFRY_REDIS_URL": redis.url]
        for arguments in [["migrate"], ["doctor"]] {
            let lines = Lines()
            let child = try ChildProcess(
                executable: Installation.binary, arguments: arguments, environment: environment,
                output: .lines { lines.add($0) })
            #expect(await child.waitForExit() == .exited(0), "\(lines.all)")
            if arguments == ["doctor"] { #expect(lines.all.last?.hasSuffix("0 fail") == true, "\(lines.all)") }
        }
        await redis.stop()
        await postgres.stop(.immediate)
    }

    @Test func serversThatDoNotAnswerAreFoundOutWithAllTheRest() async throws {
        let lines = Lines()
        let child = try ChildProcess(
            executable: Installation.binary, arguments: ["doctor", "--json"],
            environment: [
                "BELFRY_DATABASE_URL": "postgresql://u:s3cret@127.0.0.1:1/x",
                "BELFRY_REDIS_URL": "redis://:s3cret@127.0.0.1:1", "BELFRY_PORT": "eighty", "BELFRY_LEASE": "never",
            ], output: .lines { lines.add($0) })
        #expect(await child.waitForExit(within: .seconds(30)) == .exited(1))
        let checks = try JSON(parsing: lines.all.joined())["checks"]?.array ?? []
        let failed = checks.filter { $0["level"] == "fail" }.map { $0["check"]?.string ?? "" }
        #expect(failed == ["settings", "settings", "postgres", "redis"], "\(lines.all)")
        #expect(checks.allSatisfy { $0["level"] == "ok" || $0["advice"]?.string != nil })
        #expect(!lines.all.joined().contains("s3cret"))
    }
}
