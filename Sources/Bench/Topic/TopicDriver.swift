import Foundation
import LocalServers
import Notifications
import Postgres

/// Sends to the topic of one installation and waits for what comes of it.
struct TopicDriver {
    private static let batch = 1000
    /// For one broadcast, in all.
    private static let patience: Duration = .seconds(300)

    let installation: Installation
    let subscribers: Int

    /// Makes the users, each with a device, and subscribes them by the API.
    func prepare() async throws -> TopicReport {
        try await installation.waitForAPI()
        for start in stride(from: 0, to: subscribers, by: 10_000) {
            try await makeUsers(start..<min(start + 10_000, subscribers))
        }
        try await installation.pool.query("ANALYZE recipients, devices")
        _ = try await ask("PUT", "/v1/topics/news", "{}")
        let names = (0..<subscribers).map { #""u\#($0)""# }
        let calls = stride(from: 0, to: subscribers, by: TopicDriver.batch).map { start in
            let some = names[start..<min(start + TopicDriver.batch, subscribers)]
            return request("PUT", "/v1/topics/news/subscribers", #"{"userIds":[\#(some.joined(separator: ","))]}"#)
        }
        let load = try await self.load(calls)
        var report = TopicReport(subscribers: subscribers)
        report.subscribedPerSecond = Double(subscribers) / load.elapsed.seconds
        return report
    }

    /// Every hundredth is subscribed and unknown.
    private func makeUsers(_ numbers: Range<Int>) async throws {
        let ids = numbers.filter { $0 % 100 != 99 }.map { "u\($0)" }
        try await installation.pool.query(
            """
            INSERT INTO recipients (tenant, user_id, profile)
            SELECT k.tenant, u, '{}' FROM unnest(\(ids)) AS u, (SELECT tenant FROM api_keys LIMIT 1) AS k
            """)
        try await installation.pool.query(
            """
            INSERT INTO devices (tenant, user_id, device_id, device)
            SELECT k.tenant, u, 'd', jsonb_build_object('id', 'd', 'route', 'push.fcm', 'token', 'token-' || u)
            FROM unnest(\(ids)) AS u, (SELECT tenant FROM api_keys LIMIT 1) AS k
            """)
    }

    /// One broadcast, until nothing of it is open.
    func send(cancelling: Bool) async throws -> TopicReport.Outcome {
        var outcome = TopicReport.Outcome()
        var journal = DeliveryJournal(path: installation.journalPath, fromEnd: true)
        let accepted = try await ask(
            "POST", "/v1/notifications",
            #"{"to":{"topic":"news"},"channels":["push"],"title":"This week","body":"\#(LoadRequest.text)"}"#)
        guard let id = accepted.id else { throw BenchError.tookTooLong("the answer") }
        outcome.acceptMs = accepted.milliseconds
        if cancelling {
            try await wait(id) { $0.expanded >= subscribers / 2 || $0.isOver }
            outcome.cancelMs = try await ask("POST", "/v1/broadcasts/\(id.text)/cancel", "{}").milliseconds
        }
        try await wait(id) { $0.isOver && !$0.isOpen }
        let stored = try await read(id)
        outcome.broadcast = stored.json
        outcome.expandedIn = stored.endedIn
        outcome.statuses = try await statuses(of: id)
        let sends = try journal.read()
        outcome.sends = sends.count
        outcome.duplicated = sends.count - Set(sends.map(\.notificationId)).count
        outcome.deliveredIn = sends.map(\.at).max()?.timeIntervalSince(stored.createdAt) ?? 0
        return outcome
    }

    private func wait(_ id: UUID, until condition: (Progress) -> Bool) async throws {
        let deadline = ContinuousClock.now + TopicDriver.patience
        while try await !condition(read(id)) {
            guard ContinuousClock.now < deadline else { throw BenchError.tookTooLong("the broadcast") }
            guard installation.worker.isRunning, installation.api.isRunning else {
                throw BenchError.roleFailed("api or worker", "it ended; see \(installation.folder)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// A broadcast as the database has it: asking the API would be load.
    private struct Progress {
        var expanded = 0
        /// Nobody more is read.
        var isOver = false
        /// Something may still be sent, or is not written yet.
        var isOpen = true
        var createdAt = Date.distantPast
        /// Seconds.
        var endedIn = 0.0
        var json: JSON = .null
    }

    private func read(_ id: UUID) async throws -> Progress {
        let row = try await installation.pool.query(
            """
            SELECT b.expanded, b.status <> 'expanding', NOT b.settled OR EXISTS (
                    SELECT FROM deliveries d WHERE d.tenant = b.tenant AND d.broadcast_id = b.id),
                b.created_at, coalesce(extract(epoch FROM b.ended_at - b.created_at), 0)::float8,
                jsonb_build_object('expanded', b.expanded, 'notifications', b.notifications, 'skipped', b.skipped,
                    'cancelled', b.cancelled, 'status', b.status)
            FROM broadcasts b WHERE b.id = \(id)
            """)[0]
        return Progress(
            expanded: try row.get(0), isOver: try row.get(1), isOpen: try row.get(2), createdAt: try row.get(3),
            endedIn: try row.get(4), json: (try? JSON(parsing: row.get(5, as: JSONB.self).text)) ?? .null)
    }

    private func statuses(of id: UUID) async throws -> [String: Int] {
        let rows = try await installation.pool.query(
            """
            SELECT channels -> 'push' ->> 'status', count(*) FROM notifications
            WHERE content ->> 'broadcastId' = \(id.text) GROUP BY 1
            """)
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.get(0), try $0.get(1)) })
    }

    private func ask(_ method: String, _ path: String, _ body: String) async throws -> (id: UUID?, milliseconds: Double)
    {
        let load = try await load([request(method, path, body)])
        return (load.accepted.first?.id, load.latencies.first?.milliseconds ?? 0)
    }

    private func request(_ method: String, _ path: String, _ body: String) -> LoadRequest {
        LoadRequest(method, path, body: body, notifications: 1, key: installation.key)
    }

    private func load(_ requests: [LoadRequest]) async throws -> Load.Outcome {
        let load = try await Load(
            port: installation.port, connections: 1, pace: .closed, duration: .seconds(3600), requests: requests,
            limit: requests.count
        ).run()
        guard load.refused + load.shed == 0 else { throw BenchError.refused(load.refused + load.shed) }
        return load
    }
}
