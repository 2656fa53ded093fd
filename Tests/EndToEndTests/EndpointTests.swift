import Foundation
import LocalServers
import Notifications
import Postgres
import Redis
import TestSupport
import Testing

/// Two customers' webhooks, of which one hangs for a while.
@Suite(.timeLimit(.minutes(3))) struct EndpointTests {
    @Test func endpointThatHangsStopsNobodyElseAndComesBackByAProbe() async throws {
        let belfry = try await Installation.start(
            settings: ["BELFRY_CIRCUIT_COOLDOWN": "500ms", "BELFRY_MAX_ATTEMPTS": "20"])
        let (dead, healthy) = (WebhookReceiver(), WebhookReceiver())
        dead.answer(by: .silence)
        try await dead.serve { deadURL in
            try await healthy.serve { healthyURL in
                let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
                _ = try await belfry.startWorker()
                let worker = try await belfry.operationsURL(of: "worker")

                try await client.hooks(100, to: deadURL)
                try await eventually(within: .seconds(30), "enough calls failed") {
                    try await Client.text(at: "\(worker)/metrics").contains(
                        #"belfry_endpoint_openings_total{route="webhook"} 1"#)
                }
                let start = ContinuousClock.now
                for _ in 0..<5 {
                    try await client.hooks(40, to: deadURL)
                    try await client.hooks(40, to: healthyURL)
                }
                try await eventually(within: .seconds(30), "the healthy one has all of its own") {
                    healthy.notificationIds.count == 200
                }
                let time = ContinuousClock.now - start
                try await eventually(within: .seconds(30), "probes go on") {
                    try await belfry.coolDown >= .seconds(2)
                }
                let whileDead = dead.all.count
                // As many as a route may have under way, then one after the other.
                #expect(whileDead < 100, "of the 6,000 attempts that they have")

                dead.answer(by: .taken)
                try await eventually(within: .seconds(90), "nothing is left") { try await belfry.isDone }
                #expect(dead.notificationIds.count == 300)
                let statuses = try await belfry.pool.query(
                    "SELECT channels -> 'webhook' ->> 'status', count(*) FROM notifications GROUP BY 1"
                ).map { try ($0.get(0, as: String.self), $0.get(1, as: Int64.self)) }
                #expect(statuses.map(\.0) == ["sent"] && statuses.map(\.1) == [500])
                print("200 to the healthy endpoint in \(time); calls of the dead one: \(whileDead)")
            }
        }
        await belfry.stop()
    }
}

extension WebhookReceiver {
    fileprivate var notificationIds: Set<String> {
        Set(all.compactMap { try? JSON(parsing: $0.body)["data"]?["notificationId"]?.string })
    }
}

extension Client {
    fileprivate func hooks(_ count: Int, to url: String) async throws {
        let to = JSON.array((0..<count).map { _ in ["webhookUrl": .string(url)] })
        let answer = try await send(
            "POST", "/v1/notifications", ["to": to, "channels": ["webhook"], "title": "Hello"])
        #expect(answer.status == 202, "\(answer.body.text)")
    }
}

extension Installation {
    fileprivate var isDone: Bool {
        get async throws {
            try await pool.query("SELECT count(*) FROM deliveries")[0].get(0, as: Int64.self) == 0
        }
    }

    /// The last one of the only endpoint that failed.
    fileprivate var coolDown: Duration {
        get async throws {
            let redis = try redisClient()
            let keys = try await redis.execute(RedisCommand("KEYS", "belfry:{webhook}:circuit:webhook/*")).array ?? []
            var coolDown: Int64 = 0
            for key in keys.compactMap(\.string) {
                let stored = try await redis.execute(RedisCommand("HGET", RedisArgument(key), "coolDown")).string
                coolDown = max(coolDown, stored.flatMap { Int64($0) } ?? 0)
            }
            await redis.shutdown()
            return .milliseconds(coolDown)
        }
    }
}
