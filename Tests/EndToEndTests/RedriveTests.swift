import LocalServers
import Notifications
import TestSupport
import Testing

/// From five failures to a dead letter, and from there to the device, with real processes.
@Suite(.timeLimit(.minutes(2))) struct RedriveTests {
    @Test func whatFailedIsSentAfterItIsRedrivenAndNothingTwice() async throws {
        let belfry = try await Installation.start()
        let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
        // One provider works from the start, the other fails until it is replaced.
        _ = try await belfry.startWorker(settings: ["BELFRY_PROVIDERS": "push.apns=simulator"])
        let failing = try await belfry.startWorker(settings: [
            "BELFRY_PROVIDERS": "push.fcm=simulator", "BELFRY_SIMULATOR": "latency=1ms,retry=1",
        ])
        let id = try await client.post([
            "to": [
                "devices": [
                    ["id": "phone", "route": "push.apns", "token": "a"],
                    ["id": "tablet", "route": "push.fcm", "token": "b"],
                    ["id": "watch", "route": "push.fcm", "token": "c"],
                ]
            ], "channels": ["push"], "title": "Hello",
        ])
        try await eventually(within: .seconds(30), "it is a dead letter") {
            try await client.send("GET", "/v1/dead-letters").body["items"]?.array?.isEmpty == false
        }
        try await eventually("the phone has it") { try await client.status(id, "push") == "sent" }
        let letter = try await client.send("GET", "/v1/dead-letters?route=push.fcm").body["items"]?.array?.first
        #expect(letter?["notificationId"]?.string == id)
        #expect(letter?["attempts"] == 5)
        #expect(letter?["reason"]?["code"] == "unavailable")
        failing.terminate()
        #expect(await failing.waitForExit(within: .seconds(25)) == .exited(0))
        _ = try await belfry.startWorker(settings: ["BELFRY_PROVIDERS": "push.fcm=simulator"])

        let redriven = try await client.send("POST", "/v1/dead-letters/redrive", ["notificationId": .string(id)])
        #expect(redriven.body == ["matched": 1, "redriven": 1, "dryRun": false, "remaining": false])
        try await eventually(within: .seconds(30), "every device has it") {
            let devices = try await client.document(id)["channels"]?["push"]?["devices"]?.object?.members ?? []
            return devices.count == 3 && devices.allSatisfy { $0.value["status"] == "sent" }
        }
        #expect(try await client.document(id)["status"] == "sent")
        #expect(try belfry.accepts().map(\.target).sorted() == ["phone", "tablet", "watch"])
        let events = try await client.send("GET", "/v1/notifications/\(id)/events").body["events"]?.array ?? []
        let outcomes = events.filter { $0["route"] == "push.fcm" }.compactMap { $0["outcome"]?.string }
        #expect(outcomes == Array(repeating: "retry", count: 5) + ["redriven", "accepted"])
        #expect(try await client.send("GET", "/v1/dead-letters").body == ["items": [], "next": nil])
        await belfry.stop()
    }
}
