import LocalServers
import Notifications
import TestSupport
import Testing

/// `belfry queues drain`, on real processes.
@Suite(.timeLimit(.minutes(2))) struct DrainTests {
    @Test func drainLetsWhatRunsFinishAndKeepsTheRest() async throws {
        let belfry = try await Installation.start(simulator: "latency=500ms..1s")
        let (url, key) = (try await belfry.startAPI().url, try await belfry.makeKey())
        let (client, environment) = (Client(url: url, key: key), ["BELFRY_URL": url, "BELFRY_KEY": key])
        _ = try await belfry.startWorker()
        let recipients = (0..<200).map { JSON.object(JSONObject([("email", .string("u\($0)@example.com"))])) }
        let body: JSON = ["to": .array(recipients), "channels": ["email"], "title": "Hello"]
        #expect(try await client.send("POST", "/v1/notifications", body).status == 202)
        try await eventually("work is under way") {
            try await client.send("GET", "/v1/queues/email").body["permits"]?.int ?? 0 > 0
        }

        let drained = try await belfry.run(["queues", "drain", "email", "sms", "--timeout", "60s"], environment)
        #expect(drained.status == .exited(0))
        #expect(drained.output.contains("drained email") && drained.output.contains("drained sms"), "\(drained)")
        let sent = try belfry.accepts().count
        try #require(sent > 0 && sent < 200, "the drain came too early or too late to mean anything")
        let queue = try await client.send("GET", "/v1/queues/email").body
        #expect(queue["leased"] == 0 && queue["permits"] == 0 && queue["boundBy"] == "pause")
        #expect(queue["total"]?["ready"]?.int == 200 - sent, "nothing is dropped, nothing was cut off")

        let json = try await belfry.run(["queues", "drain", "email", "--json"], environment)
        let item = try JSON(parsing: json.output.joined())["items"]?.array?.first
        #expect(item?["state"] == "paused" && item?["leased"] == 0)
        #expect(try belfry.accepts().count == sent)
        #expect(try await belfry.run(["queues", "resume", "email"], environment).status == .exited(0))
        try await eventually(within: .seconds(60), "all is sent") { try belfry.accepts().count >= 200 }
        #expect(Set(try belfry.accepts().map(\.notificationId)).count == 200)
        #expect(try belfry.accepts().count == 200)
        await belfry.stop()
    }

    /// A Belfry whose worker hangs, as far as the command can see.
    @Test func drainEndsWithAFailureWhenItsTimeIsUp() async throws {
        let list = #"{"items":[{"route":"email","state":"paused","leased":3}]}"#
        try await LoopbackServer.run(reply: { _ in
            .text("HTTP/1.1 200 OK\r\nContent-Length: \(list.utf8.count)\r\n\r\n\(list)")
        }) { server in
            let belfry = try await Installation.start()
            let environment = ["BELFRY_URL": "http://127.0.0.1:\(server.port)", "BELFRY_KEY": "k"]
            let end = try await belfry.run(["queues", "drain", "email", "--timeout", "1ms"], environment)
            #expect(end.status == .exited(1))
            #expect(end.output.contains("draining email: 3 in flight"))
            #expect(end.output.joined().contains("Not drained within 1ms: email."))
            await belfry.stop()
        }
    }
}
