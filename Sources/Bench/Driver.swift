import Foundation
import LocalServers
import Notifications
import Postgres
import Redis

/// Drives one installation through the phases of a run.
struct Driver {
    static let users = 1000
    static let batch = 50

    let configuration: EndToEndBenchmark.Configuration
    let installation: Installation
    let redis: RedisClient

    init(_ configuration: EndToEndBenchmark.Configuration, _ installation: Installation, _ redis: RedisClient) {
        self.configuration = configuration
        self.installation = installation
        self.redis = redis
    }

    /// Waits for the API, makes the users, and has everything run once.
    func prepare() async throws {
        try await installation.waitForAPI()
        _ = try? await installation.pool.query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        let users = (0..<Driver.users).map { user in
            LoadRequest(
                "PUT", "/v1/users/u\(user)",
                body: #"{"devices":[{"id":"d\#(user)","route":"push.fcm","token":"token-\#(user)"}]}"#,
                key: installation.key)
        }
        let made = try await load(users, .open(requestsPerSecond: 1000), .seconds(1), connections: 4)
        guard made.refused == 0 else { throw BenchError.refused(made.refused) }
        for mode in EndToEndReport.Mode.allCases {
            let warm = try await load(requests(mode), .closed, .seconds(2))
            _ = try await deliveries(of: warm.accepted.map(\.id), in: DeliveryJournal(path: installation.journalPath))
        }
    }

    /// Redis commands a second of both processes together, while nobody asks for anything.
    func idle() async throws -> Double {
        try await Task.sleep(for: .seconds(2))
        let before = try await Usage.read(installation, redis)
        try await Task.sleep(for: configuration.idleDuration)
        let after = try await Usage.read(installation, redis)
        // One of them is our own question.
        return Double(after.redisCommands - before.redisCommands - 1) / configuration.idleDuration.seconds
    }

    func measure(_ mode: EndToEndReport.Mode) async throws -> EndToEndFigures {
        var figures = EndToEndFigures()
        // Over the whole mode, and read last: a second delivery may come long after the first.
        var journal = DeliveryJournal(path: installation.journalPath, fromEnd: true)
        let perRequest = mode == .single ? 1.0 : Double(Driver.batch)

        let calm = try await phase(
            mode, .open(requestsPerSecond: 20 / perRequest.squareRoot()), configuration.pacedDuration, connections: 1)
        figures.pickupMs = calm.pickups

        let paced = try await phase(
            mode, .open(requestsPerSecond: configuration.pace / perRequest), configuration.pacedDuration)
        figures.acceptMs = Percentiles(paced.load.latencies.map(\.milliseconds))

        let before = try await Usage.read(installation, redis)
        let full = try await phase(mode, .closed, configuration.duration)
        // Postgres reports a backend's counts once a second at most.
        try await Task.sleep(for: .seconds(2))
        let after = try await Usage.read(installation, redis)
        figures.take(full, from: before, to: after)
        let accepted = [calm, paced, full].flatMap { $0.load.accepted.map(\.id) }
        let verdict = Verdict(accepted: accepted, delivered: try journal.read().map(\.notificationId))
        figures.lost = verdict.lost
        figures.duplicated = verdict.duplicated
        return figures
    }

    /// One stretch of load, and the deliveries that came of it.
    private func phase(
        _ mode: EndToEndReport.Mode, _ pace: Load.Pace, _ duration: Duration, connections: Int? = nil
    ) async throws -> Phase {
        let journal = DeliveryJournal(path: installation.journalPath, fromEnd: true)
        let start = Date.now
        let load = try await load(requests(mode), pace, duration, connections: connections)
        guard load.refused == 0 else { throw BenchError.refused(load.refused) }
        let deliveries = try await deliveries(of: load.accepted.map(\.id), in: journal)
        return Phase(load: load, deliveries: deliveries, start: start)
    }

    private func load(
        _ requests: [LoadRequest], _ pace: Load.Pace, _ duration: Duration, connections: Int? = nil
    ) async throws -> Load.Outcome {
        try await Load(
            port: installation.port, connections: connections ?? configuration.connections, pace: pace,
            duration: duration, requests: requests
        ).run()
    }

    /// The journal's entries until all of these are there, or nothing has come for 10 s.
    private func deliveries(of ids: [UUID], in journal: DeliveryJournal) async throws -> [DeliveryJournal.Entry] {
        var journal = journal
        var entries: [DeliveryJournal.Entry] = []
        var missing = Set(ids)
        var patience = ContinuousClock.now + .seconds(10)
        while !missing.isEmpty, ContinuousClock.now < patience {
            guard installation.worker.isRunning, installation.api.isRunning else {
                throw BenchError.roleFailed("api or worker", "it ended; see \(installation.folder)")
            }
            let new = try journal.read()
            if new.isEmpty {
                try await Task.sleep(for: .milliseconds(50))
                continue
            }
            patience = .now + .seconds(10)
            for entry in new { missing.remove(entry.notificationId) }
            entries += new
        }
        return entries
    }

    private func requests(_ mode: EndToEndReport.Mode) -> [LoadRequest] {
        let size = mode == .single ? 1 : Driver.batch
        return stride(from: 0, to: Driver.users, by: size).map { first in
            let users = (first..<first + size).map { #"{"userId":"u\#($0)"}"# }
            let to = mode == .single ? users[0] : "[\(users.joined(separator: ","))]"
            return LoadRequest(
                "POST", "/v1/notifications",
                body: #"{"to":\#(to),"channels":["push"],"title":"Order shipped","body":"\#(LoadRequest.text)"}"#,
                notifications: size, key: installation.key)
        }
    }
}
