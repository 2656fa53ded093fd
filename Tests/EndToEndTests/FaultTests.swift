import Foundation
import LocalServers
import Notifications
import Postgres
import Redis
import TestSupport
import Testing

/// What must be survived while a thousand notifications are under way: each fault alone, with real processes.
@Suite(.serialized, .timeLimit(.minutes(3))) struct FaultTests {
    static let count = 1000
    static let simulator = "latency=20ms..60ms,retry=0.03,throttle=0.02,retryAfter=200ms,seed=7"

    /// Posts, lets `fault` happen when some are delivered and some are not, and checks every single outcome.
    private func survive(_ fault: (Installation, ChildProcess) async throws -> Void) async throws {
        let belfry = try await Installation.start(simulator: Self.simulator)
        let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
        let first = try await belfry.startWorker()
        _ = try await belfry.startWorker()
        let ids = try await post(client)
        try await eventually(within: .seconds(20), "work is under way") { try belfry.accepts().count > 200 }
        #expect(try belfry.accepts().count < Self.count, "the fault would come too late to mean anything")
        try await fault(belfry, first)
        try await check(ids, belfry)
        await belfry.stop()
    }

    /// Many recipients in a few requests, so that work piles up.
    private func post(_ client: Client) async throws -> [String] {
        let recipients = (0..<250).map { JSON.object(JSONObject([("email", .string("u\($0)@example.com"))])) }
        var ids: [String] = []
        for _ in 0..<Self.count / 250 {
            let answer = try await client.send(
                "POST", "/v1/notifications", ["to": .array(recipients), "channels": ["email"], "title": "Hello"])
            #expect(answer.status == 202)
            ids += answer.body["notifications"]?.array?.compactMap { $0["id"]?.string } ?? []
        }
        #expect(ids.count == Self.count)
        return ids
    }

    private func check(_ ids: [String], _ belfry: Installation) async throws {
        try await eventually(within: .seconds(90), every: .milliseconds(200), "every delivery is closed") {
            let open = try? await belfry.pool.query("SELECT count(*) FROM deliveries")[0].get(0, as: Int64.self)
            return open == 0
        }
        let statuses = try await belfry.pool.query(
            "SELECT id::text, channels -> 'email' ->> 'status' FROM notifications"
        ).map { (try $0.get(0, as: String.self), try $0.get(1, as: String.self)) }
        #expect(Set(statuses.map(\.0)) == Set(ids))
        #expect(Set(statuses.map(\.1)) == ["sent"], "\(statuses.map(\.1).filter { $0 != "sent" })")

        // Lost: accepted by us, never by the provider. Duplicated: accepted twice, which only a lost answer explains.
        let accepts = Dictionary(grouping: try belfry.accepts(), by: \.notificationId)
        #expect(Set(accepts.keys) == Set(ids))
        let unknown = try await belfry.pool.query(
            """
            SELECT notification_id::text, (event ->> 'attempt')::int8 FROM delivery_events
            WHERE event ->> 'outcome' = 'unknown'
            """
        ).map { "\(try $0.get(0, as: String.self)) \(try $0.get(1, as: Int64.self))" }
        for (id, sends) in accepts where sends.count > 1 {
            let unexplained = sends.sorted { $0.attempt < $1.attempt }.dropLast()
                .filter { !unknown.contains("\(id) \($0.attempt)") }
            #expect(unexplained.isEmpty, "\(id) was sent more than once: \(sends.map(\.attempt))")
        }
    }

    @Test func workerIsKilledInTheMiddleOfSending() async throws {
        try await survive { _, worker in
            worker.kill()
            #expect(await worker.waitForExit() == .signaled(SIGKILL))
        }
    }

    @Test func redisIsEmptied() async throws {
        try await survive { belfry, _ in
            let redis = try belfry.redisClient()
            _ = try await redis.execute(RedisCommand("FLUSHALL"))
            await redis.shutdown()
        }
    }

    @Test func redisRestartsWithoutItsData() async throws {
        try await survive { belfry, _ in
            await belfry.redis.kill()
            try await belfry.redis.restart()
        }
    }

    @Test func whatIsAcceptedWhileRedisIsAwayIsDeliveredOnceItIsBack() async throws {
        let belfry = try await Installation.start(simulator: "latency=1ms")
        let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
        _ = try await belfry.startWorker()
        await belfry.redis.stop()
        var ids: [String] = []
        for index in 0..<200 {
            ids.append(
                try await client.post([
                    "to": ["email": .string("u\(index)@example.com")], "channels": ["email"], "title": "Hello",
                ]))
        }
        #expect(try await client.send("GET", "/health").body["status"] == "degraded")
        #expect(try await client.send("GET", "/health/ready").status == 200)
        try await belfry.redis.restart()
        try await check(ids, belfry)
        await belfry.stop()
    }

    @Test func postgresRestarts() async throws {
        try await survive { belfry, _ in try await belfry.postgres.restart(.immediate) }
    }

    @Test func workersAreReplacedOneAfterTheOther() async throws {
        try await survive { belfry, worker in
            let replacement = try await belfry.startWorker()
            worker.terminate()
            #expect(await worker.waitForExit(within: .seconds(25)) == .exited(0))
            #expect(replacement.isRunning)
        }
    }
}
