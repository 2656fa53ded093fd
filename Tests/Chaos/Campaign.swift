import Foundation
import LocalServers
import Logging
import Postgres
import Redis
import Synchronization

/// Carries out one run: starts everything, makes load and trouble, waits until all is quiet, gathers what is known, and
/// has it judged.
struct Campaign: Sendable {
    /// Until nothing is open any more after the load; longer than the sweep may take to find what Redis lost.
    private static let quiet: Duration = .seconds(90)

    let run: ChaosRun
    let seed: UInt64
    let scale: Scale
    let folder: String
    /// `belfry`, to be run in its roles.
    let binary: String

    func carryOut() async throws -> Verdict {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        let fleet = try await Fleet.start(folder: folder, plan: run.fleetPlan, binary: binary)
        var record = RunRecord(
            run: run, seed: seed, seconds: run.seconds(scale), expectation: run.expectation(scale))
        let pool: PostgresPool
        do {
            pool = PostgresPool(
                try PostgresConfiguration(url: fleet.postgres.url), logger: .silent)
        } catch {
            await fleet.stop()
            throw error
        }
        let result: Result<FinalState, any Error>
        do {
            record.troubles = try await attack(fleet, pool)
            result = .success(try await FinalState(pool))
        } catch { result = .failure(error) }
        await pool.close()
        await fleet.stop()
        try write(try result.get(), HistoryFile.final)
        record.logged = LogCensus.count(in: folder)
        try write(record, HistoryFile.record)
        try? FileManager.default.removeItem(atPath: "\(folder)/servers")
        let verdict = Judge.verdict(on: try Histories(folder: folder))
        try write(verdict, HistoryFile.verdict)
        return verdict
    }

    /// Load and faults beside each other, until all is quiet again.
    /// - Returns: what of the run itself went wrong.
    private func attack(_ fleet: Fleet, _ pool: PostgresPool) async throws -> [String] {
        let decisions = WebhookDecisions(seed: seed) { call in
            let workers = fleet.workerIds.withLock { $0 }
            guard let worker = SocketOwner.process(withLocalPort: call.port, among: workers) else { return false }
            return kill(worker, SIGKILL) == 0
        }
        let receiver = try await Receiver.start(history: try log(HistoryFile.webhooks)) { decisions.answer($0) }
        let key = try await fleet.makeKey()
        let callers = Callers(
            url: "http://127.0.0.1:\(fleet.door.port)", apiKey: key, webhookURL: receiver.url, load: run.load(scale),
            history: try log(HistoryFile.callers))
        let subscriber = Subscriber(
            url: "http://127.0.0.1:\(fleet.subscriberDoor.port)", apiKey: key,
            history: try log(HistoryFile.subscriber))
        var attack = Attack(
            fleet: fleet, faults: try log(HistoryFile.faults), end: .now + .seconds(run.seconds(scale)),
            callers: callers, subscriber: subscriber, decisions: decisions, random: SplitMix64(seed: seed))
        var troubles: [String] = []
        let isOver = Flag()
        // Both end with this scope, whatever becomes of the rest. A round of faults that has begun is finished under load.
        async let _: Void = run == .events ? subscriber.run() : ()
        async let _: Void = run == .kill ? audit(fleet, pool) : ()
        async let load: Void = callers.run(until: isOver)
        do { try await attack.run(run) } catch { troubles.append("the faults ended early: \(error)") }
        isOver.raise()
        do { try await load } catch { troubles.append("the load ended early: \(error)") }
        do {
            try await Waiting.until("every delivery to be closed", within: Campaign.quiet) {
                try await FinalState.openDeliveries(pool) == 0
            }
            if run == .events { try await waitForLastEvent(subscriber, pool) }
        } catch { troubles.append("\(error)") }
        await receiver.stop()
        return troubles
    }

    /// Until cancelled.
    private func audit(_ fleet: Fleet, _ pool: PostgresPool) async {
        guard let history = try? log(HistoryFile.audits),
            let configuration = try? RedisConfiguration(url: await fleet.redis.url)
        else { return }
        let redis = RedisClient(configuration: configuration, logger: .silent)
        await Auditor(pool: pool, redis: redis, history: history).run()
        await redis.shutdown()
    }

    private func waitForLastEvent(_ subscriber: Subscriber, _ pool: PostgresPool) async throws {
        let rows = try await pool.query("SELECT id FROM delivery_events")
        let logged = Set(try rows.map { try $0.get(0, as: Int64.self) })
        try await Waiting.until("the subscriber to see every event", within: .seconds(30)) {
            subscriber.hasSeen(logged)
        }
    }

    private func log(_ name: String) throws -> HistoryLog { try HistoryLog(path: "\(folder)/\(name)") }

    private func write(_ value: some Encodable, _ name: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(value).write(to: URL(filePath: "\(folder)/\(name)"))
    }
}
