import Foundation
import LocalServers
import Notifications
import Postgres
import TestSupport
import Testing

/// Sending to a topic with real processes, which are killed while they are at it.
@Suite(.timeLimit(.minutes(3))) struct BroadcastFaultTests {
    private static let subscribers = 3000

    @Test func killedClerksLeaveNobodyOutAndNotifyNobodyTwice() async throws {
        let belfry = try await Installation.start(simulator: "latency=0ms")
        let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
        try await Self.makeTopic(belfry, client)
        var worker = try await belfry.startWorker()
        let id = try await client.post(Self.request)
        for share in [1, 1000, 2000] {
            try await eventually(within: .seconds(60), "\(share) are read") {
                try await Self.expanded(id, belfry) >= share
            }
            worker.kill()
            _ = await worker.waitForExit()
            worker = try await belfry.startWorker()
        }
        try await eventually(within: .seconds(90), "all are read and sent") {
            let isDone = try await client.send("GET", "/v1/broadcasts/\(id)").body["status"] == "done"
            let isOpen = try await !belfry.pool.query("SELECT FROM deliveries LIMIT 1").isEmpty
            return isDone && !isOpen
        }
        let broadcast = try await client.send("GET", "/v1/broadcasts/\(id)").body
        #expect(broadcast["expanded"] == JSON(Self.subscribers))
        #expect(broadcast["notifications"] == JSON(Self.subscribers))
        let users: Int = try await belfry.pool.query("SELECT count(DISTINCT user_id) FROM notifications")[0].get(0)
        let documents: Int = try await belfry.pool.query("SELECT count(*) FROM notifications")[0].get(0)
        #expect(users == Self.subscribers && documents == Self.subscribers)
        #expect(Set(try belfry.accepts().map(\.notificationId)).count == Self.subscribers)
        await belfry.stop()
    }

    @Test func cancelledHalfwayAddsUpWhileAWorkerSends() async throws {
        let belfry = try await Installation.start(simulator: "latency=1ms")
        let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
        try await Self.makeTopic(belfry, client)
        _ = try await belfry.startWorker()
        let id = try await client.post(Self.request)
        try await eventually(within: .seconds(60), "some are read") { try await Self.expanded(id, belfry) > 0 }
        let answer = try await client.send("POST", "/v1/broadcasts/\(id)/cancel")
        #expect(answer.status == 200 && answer.body["status"] == "cancelled")
        try await eventually(within: .seconds(60), "nothing is open") {
            try await belfry.pool.query("SELECT FROM deliveries LIMIT 1").isEmpty
        }
        let after = try await client.send("GET", "/v1/broadcasts/\(id)").body
        #expect(after == answer.body)
        let statuses = try await Self.statuses(belfry)
        let (sent, cancelled) = (statuses["sent", default: 0], statuses["cancelled", default: 0])
        #expect(after["expanded"]?.int == sent + cancelled)
        #expect(after["cancelled"]?.int == cancelled)
        #expect(try belfry.accepts().count == sent)
        await belfry.stop()
    }

    private static let request: JSON = ["to": ["topic": "news"], "channels": ["email"], "title": "This week"]

    private static func makeTopic(_ belfry: Installation, _ client: Client) async throws {
        let users = (0..<subscribers).map { "u\($0)" }
        try await belfry.pool.query(
            """
            INSERT INTO recipients (tenant, user_id, profile)
            SELECT 'default', u, jsonb_build_object('email', u || '@example.org') FROM unnest(\(users)) AS u
            """)
        #expect(try await client.send("PUT", "/v1/topics/news", [:]).status == 201)
        for start in stride(from: 0, to: subscribers, by: 1000) {
            let some = JSON.array(users[start..<start + 1000].map(JSON.string))
            #expect(try await client.send("PUT", "/v1/topics/news/subscribers", ["userIds": some]).status == 200)
        }
    }

    private static func expanded(_ id: String, _ belfry: Installation) async throws -> Int {
        let id = try #require(UUID(uuidString: id))
        return try await belfry.pool.query("SELECT expanded FROM broadcasts WHERE id = \(id)")[0].get(0)
    }

    private static func statuses(_ belfry: Installation) async throws -> [String: Int] {
        let rows = try await belfry.pool.query(
            "SELECT channels -> 'email' ->> 'status', count(*) FROM notifications GROUP BY 1")
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.get(0), try $0.get(1)) })
    }
}
