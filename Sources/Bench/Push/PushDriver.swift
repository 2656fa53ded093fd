import Foundation
import LocalServers
import Notifications
import Postgres
import Redis

/// Drives one installation through the phases of a run.
struct PushDriver {
    /// Pushes of one request, where it is about speed.
    private static let batch = 50
    /// Without a send, after which none is coming: on a crowded machine calls may fail, are tried again after some
    /// seconds, and may open a circuit for up to a minute.
    private static let patience: Duration = .seconds(70)
    /// Few enough that no list is sent away for the wait of the others.
    private static let connections = 4
    /// Of the report, for what we use ourselves.
    static let ownRole = "stand-in and load"

    private let configuration: PushBenchmark.Configuration
    private let installation: Installation
    private let redis: RedisClient
    private let standIn: APNSStandIn

    init(
        _ configuration: PushBenchmark.Configuration, _ installation: Installation, _ redis: RedisClient,
        _ standIn: APNSStandIn
    ) {
        self.configuration = configuration
        self.installation = installation
        self.redis = redis
        self.standIn = standIn
    }

    /// Waits for the API, and has everything run once.
    func prepare() async throws {
        try await installation.waitForAPI()
        _ = try await posted(min(500, configuration.pushes), batch: PushDriver.batch, .closed)
    }

    func measure() async throws -> PushFigures {
        let paced = Int(configuration.pace * configuration.pacedDuration.seconds)
        let calm = try await posted(paced, batch: 1, .open(requestsPerSecond: configuration.pace))
        let before = try await usage()
        let full = try await posted(configuration.pushes, batch: PushDriver.batch, .closed)
        let after = try await usage()
        return PushFigures(
            calm: try await withDocuments(calm), full: try await withDocuments(full), from: before, to: after)
    }

    private func usage() async throws -> Usage {
        var usage = try await Usage.read(installation, redis)
        usage.processes[PushDriver.ownRole] = ProcessUsage(processIdentifier: getpid())
        return usage
    }

    /// Posts so many and waits until all are settled; the documents are still to be read.
    private func posted(_ pushes: Int, batch: Int, _ pace: Load.Pace) async throws -> PushPhase {
        let tokens = (0..<pushes * configuration.devices).map { _ in PushDriver.makeToken() }
        let requests = requests(tokens, batch: batch)
        _ = standIn.ledger.take()
        let load = try await Load(
            port: installation.port, connections: PushDriver.connections, pace: pace, duration: .seconds(3600),
            requests: requests, limit: requests.count
        ).run()
        guard load.refused + load.shed == 0 else { throw BenchError.refused(load.refused + load.shed) }
        try await waitUntilSettled(tokens.count)
        return PushPhase(
            accepted: Dictionary(load.accepted.map { ($0.id, $0.answeredAt) }, uniquingKeysWith: { first, _ in first }),
            tokens: Set(tokens), sends: standIn.ledger.take(), documents: [])
    }

    /// Until nothing is open, or patience ends. Postgres is asked only once the stand-in has seen everything.
    private func waitUntilSettled(_ count: Int) async throws {
        var seen = 0
        var patience = ContinuousClock.now + PushDriver.patience
        while ContinuousClock.now < patience {
            guard installation.worker.isRunning, installation.api.isRunning else {
                throw BenchError.roleFailed("api or worker", "it ended; see \(installation.folder)")
            }
            let now = standIn.ledger.count
            if now > seen { patience = .now + PushDriver.patience }
            seen = now
            if seen >= count, try await installation.pool.query("SELECT 1 FROM deliveries LIMIT 1").isEmpty { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func withDocuments(_ phase: PushPhase) async throws -> PushPhase {
        let (ids, devices) = (Array(phase.accepted.keys), Int64(configuration.devices))
        let rows = try await installation.pool.query(
            """
            SELECT id,
                coalesce(
                    push->>'status' = 'sent' AND (push->>'deviceCount')::bigint = \(devices)
                        AND (push->>'successCount')::bigint = \(devices), false),
                ARRAY(
                    SELECT (device.value->>'providerMessageId')::uuid FROM jsonb_each(push->'devices') device
                    WHERE device.value->>'providerMessageId' IS NOT NULL)
            FROM notifications, LATERAL (SELECT channels->'push' AS push) channel
            WHERE id = ANY(\(ids))
            """)
        var phase = phase
        phase.documents = try rows.map { row in
            PushPhase.Document(id: try row.get(0), isSent: try row.get(1), apnsIds: try row.get(2))
        }
        return phase
    }

    /// As long as Apple's.
    private static func makeToken() -> String {
        (0..<4).map { _ in String(format: "%016lx", UInt64.random(in: 0...UInt64.max)) }.joined()
    }

    private func requests(_ tokens: [String], batch: Int) -> [LoadRequest] {
        let recipients = stride(from: 0, to: tokens.count, by: configuration.devices).map { first in
            let devices = tokens[first..<first + configuration.devices].enumerated().map { index, token in
                #"{"id":"d\#(index)","route":"push.apns","token":"\#(token)"}"#
            }
            return #"{"devices":[\#(devices.joined(separator: ","))]}"#
        }
        return stride(from: 0, to: recipients.count, by: batch).map { first in
            let some = recipients[first..<min(first + batch, recipients.count)]
            let to = batch == 1 ? some.joined() : "[\(some.joined(separator: ","))]"
            return LoadRequest(
                "POST", "/v1/notifications",
                body: #"{"to":\#(to),"channels":["push"],"title":"Order shipped","body":"\#(LoadRequest.text)"}"#,
                notifications: some.count, key: installation.key)
        }
    }
}
