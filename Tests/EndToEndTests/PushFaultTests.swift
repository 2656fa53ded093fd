import Foundation
import LocalServers
import Notifications
import Postgres
import TestSupport
import Testing

/// A push to several devices whose worker dies in the middle of it, with real processes.
@Suite(.timeLimit(.minutes(3))) struct PushFaultTests {
    /// Long enough that the slow device still keeps the fan-out open when the worker is killed.
    private static let patient = [
        "BELFRY_CALL_DEADLINE": "8s", "BELFRY_PERMIT": "9s", "BELFRY_LEASE": "10s", "BELFRY_RETRY_CAP": "1s",
    ]

    @Test func whatWasAcceptedBeforeTheKillIsNotSentAgainAndTheDeadTokenIsGone() async throws {
        let belfry = try await Installation.start(simulator: "retryAfter=6s", settings: Self.patient)
        let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
        let tokens = ["good": "good-1", "throttled": "throttled-1", "dead": "slow-dead-1"]
        let devices = tokens.map { ["id": .string($0), "route": "push.fcm", "token": .string($1)] as JSON }
        #expect(try await client.send("PUT", "/v1/users/u1", ["devices": .array(devices)]).status == 201)
        let first = try await belfry.startWorker()
        let id = try await client.post(["to": ["userId": "u1"], "channels": ["push"], "title": "Hello"])

        try await eventually(within: .seconds(30), "the first accept is kept") {
            try await client.document(id)["channels"]?["push"]?["devices"]?["good"]?["status"] == "sent"
        }
        first.kill()
        #expect(await first.waitForExit() == .signaled(SIGKILL))
        let held = try await belfry.pool.query("SELECT count(*) FROM deliveries WHERE fence IS NOT NULL")
        #expect(try held[0].get(0, as: Int64.self) == 1, "it died with the permit in its hands")
        #expect(try belfry.accepts().map(\.target) == ["good"])

        _ = try await belfry.startWorker()
        try await eventually(within: .seconds(90), every: .milliseconds(100), "the delivery is closed") {
            try await belfry.pool.query("SELECT count(*) FROM deliveries")[0].get(0, as: Int64.self) == 0
        }
        let push = try #require(try await client.document(id)["channels"]?["push"])
        #expect(push["status"] == "sent" && push["error"] == .null)
        #expect(["deviceCount", "successCount", "failureCount"].map { push[$0]?.int } == [3, 2, 1])
        let statuses = ["good", "throttled", "dead"].map { push["devices"]?[$0]?["status"]?.string }
        #expect(statuses == ["sent", "sent", "failed"])
        #expect(push["devices"]?["dead"]?["error"]?["code"] == "gone")
        #expect(push["devices"]?["good"]?["attempts"] == 1)

        #expect(try belfry.accepts().map(\.target) == ["good", "throttled"], "each once")
        let left = try await client.send("GET", "/v1/users/u1/devices").body["devices"]?.array
        #expect(left?.map { $0["id"] } == ["good", "throttled"])
        let events = try await client.send("GET", "/v1/notifications/\(id)/events").body
        let removed = events["events"]?.array?.filter { $0["outcome"] == "deviceRemoved" }
        #expect(removed?.map { $0["device"] } == ["dead"])
        await belfry.stop()
    }
}
