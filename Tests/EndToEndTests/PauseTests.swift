import LocalServers
import Notifications
import Redis
import TestSupport
import Testing

/// The operator's brake, on real processes.
@Suite(.serialized, .timeLimit(.minutes(2))) struct PauseTests {
    /// Pauses under load, wipes Redis, looks that nothing moves, resumes: everything is sent once.
    @Test func pausedRouteStaysPausedThoughRedisIsWiped() async throws {
        let belfry = try await Installation.start(simulator: "latency=20ms..60ms")
        let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
        _ = try await belfry.startWorker()
        let recipients = (0..<1000).map { JSON.object(JSONObject([("email", .string("u\($0)@example.com"))])) }
        let body: JSON = ["to": .array(recipients), "channels": ["email"], "title": "Hello"]
        #expect(try await client.send("POST", "/v1/notifications", body).status == 202)
        try await eventually("work is under way") { try belfry.accepts().count > 100 }

        #expect(try await client.send("POST", "/v1/queues/email/pause").status == 200)
        try await eventually("what was under way has ended") {
            try await client.send("GET", "/v1/queues/email").body["leased"] == 0
        }
        let sent = try belfry.accepts().count
        try #require(sent < 1000, "the pause came too late to mean anything")
        let redis = try belfry.redisClient()
        _ = try await redis.execute(RedisCommand("FLUSHALL"))
        try await eventually(within: .seconds(30), "Redis is rebuilt") {
            let ready = try await client.send("GET", "/v1/queues/email").body["ready"]?["medium"]?.int ?? 0
            return ready == 1000 - sent
        }
        try await eventually(within: .seconds(30), "the route is open to claims, and paused") {
            let meta = try await redis.execute(RedisCommand("HMGET", "belfry:{email}:meta", "epoch", "paused")).array
            return meta?.first?.string != nil && meta?.last?.string == "1"
        }
        await redis.shutdown()
        // Another route goes on, and by then a worker would have come by this one too.
        let other = try await client.post(["to": ["phone": "+46701234567"], "channels": ["sms"], "title": "Hello"])
        try await eventually(within: .seconds(30), "the other route is served") {
            try await client.status(other, "sms") == "sent"
        }
        #expect(try belfry.accepts().count { $0.route == "email" } == sent)

        #expect(try await client.send("POST", "/v1/queues/email/resume").status == 200)
        try await eventually(within: .seconds(60), "all is sent") { try belfry.accepts().count >= 1001 }
        #expect(Set(try belfry.accepts().map(\.notificationId)).count == 1001)
        #expect(try belfry.accepts().count == 1001)
        await belfry.stop()
    }

    @Test func pauseMadeWhileRedisIsAwayArrivesOnceItIsBack() async throws {
        let belfry = try await Installation.start(simulator: "latency=1ms")
        let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
        _ = try await belfry.startWorker()
        let first = try await client.post(["to": ["email": "a@example.com"], "channels": ["email"], "title": "Hello"])
        try await eventually("it works") { try await client.status(first, "email") == "sent" }
        await belfry.redis.stop()
        #expect(try await client.send("POST", "/v1/queues/email/pause").status == 202)
        try await belfry.redis.restart()
        let redis = try belfry.redisClient()
        try await eventually(within: .seconds(20), "Redis knows") {
            try await redis.execute(RedisCommand("HGET", "belfry:{email}:meta", "paused")).string == "1"
        }
        await redis.shutdown()
        await belfry.stop()
    }
}
