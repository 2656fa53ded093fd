import Documents
import Foundation
import Logging
import Outbound
import Postgres
import Providers
import Redis
import SettingsReading

/// Reads all there is to know about an installation, and has it judged. Changes nothing.
///
/// Both servers are asked at once, under the deadlines of their drivers: of seconds, also when a server hangs.
struct Doctor {
    let environment: [String: String]
    /// The drivers' complaints would only say what the findings say.
    private let logger = Logger(label: "belfry-doctor") { _ in SwiftLogNoOpLogHandler() }

    func findings() async -> [Finding] {
        var reader = SettingsReader(environment)
        let settings = Settings(&reader)
        var findings = reader.problems.map {
            Finding.fail("settings", $0, "`belfry settings` lists all settings with their ranges.")
        }
        if let settings { findings += await judge(settings).findings }
        // Whatever else is wrong, a server whose URL is right can be examined.
        var again = SettingsReader(environment)
        let servers = Settings.Servers(&again)
        async let postgres = examine(servers.postgres)
        async let redis = examine(servers.redis)
        let (database, index) = (await postgres, await redis)
        findings += database.findings + index.findings
        let offsets = [("postgres", database.clockOffset), ("redis", index.clockOffset)]
        let host = HostJudge(
            openFiles: HostJudge.openFileLimits(),
            neededFiles: settings.map { $0.maximumConnections + $0.postgres.poolSize + OpenFiles.reserve },
            clockOffsets: offsets.compactMap { server, seconds in seconds.map { (server, $0) } })
        return findings + host.findings
    }

    private func judge(_ settings: Settings) async -> SettingsJudge {
        let outbound = OutboundClient(configuration: settings.outbound, logger: logger)
        var problem: String?
        do {
            _ = try settings.providers.providers(
                assigned: settings.assignments, outbound: outbound, logger: logger)
        } catch {
            problem = "\(error)"
        }
        await outbound.shutdown()
        return SettingsJudge(timing: settings.timing, assignments: settings.assignments, providersProblem: problem)
    }

    /// What was found about one server; its clock only when it answered.
    private struct Examination {
        var findings: [Finding] = []
        var clockOffset: TimeInterval?
    }

    private func examine(_ configuration: PostgresConfiguration?) async -> Examination {
        guard var configuration else { return Examination() }
        configuration.applicationName = "belfry-doctor"
        let pool = PostgresPool(configuration, logger: logger)
        let examination: Examination
        do {
            let facts = try await PostgresFacts.read(pool, logger: logger)
            examination = Examination(
                findings: [.ok("postgres", "answers")]
                    + PostgresJudge(facts: facts, configuration: configuration).findings,
                clockOffset: facts.clockOffset)
        } catch {
            let advice = "Is it running where BELFRY_DATABASE_URL says, and may this user log in?"
            examination = Examination(findings: [.fail("postgres", "\(error)", advice)])
        }
        await pool.close()
        return examination
    }

    private func examine(_ configuration: RedisConfiguration?) async -> Examination {
        guard let configuration else { return Examination() }
        let redis = RedisClient(configuration: configuration, logger: logger)
        let examination: Examination
        do {
            let facts = try await RedisFacts.read(redis, configuration)
            examination = Examination(
                findings: [.ok("redis", "answers")] + RedisJudge(facts: facts).findings,
                clockOffset: facts.clockOffset)
        } catch {
            let advice = "Is it running where BELFRY_REDIS_URL says, and is the password right?"
            examination = Examination(findings: [.fail("redis", "\(error)", advice)])
        }
        await redis.shutdown()
        return examination
    }
}
