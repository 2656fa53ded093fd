import Foundation
import LocalServers
import Notifications
import Postgres
import TestSupport
import Testing

/// The way of a notification, seen from outside.
@Suite(.timeLimit(.minutes(2))) struct MainJobTests {
    @Test func oneRequestIsDeliveredOverThreeChannelsAndWatchedLive() async throws {
        let belfry = try await Installation.start()
        let receiver = WebhookReceiver()
        try await receiver.serve { hook in
            let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
            _ = try await belfry.startWorker()
            let user = try await client.send(
                "PUT", "/v1/users/u42",
                [
                    "webhookUrl": .string(hook),
                    "devices": [["id": "phone", "route": "push.fcm", "token": "t0ken"]],
                ])
            #expect(user.status == 201, "\(user.body.text)")

            var events = try await client.stream("?userId=u42").makeAsyncIterator()
            let id = try await client.post([
                "to": ["userId": "u42"], "channels": ["push", "webhook", "inApp"], "title": "Order shipped",
                "body": "It is on its way.", "data": ["orderId": "8812"],
            ])
            try await eventually("every channel is done") {
                let channels = try await client.document(id)["channels"]
                return channels?["push"]?["status"] == "sent" && channels?["webhook"]?["status"] == "sent"
                    && channels?["inApp"]?["status"] == "unread"
            }
            let document = try await client.document(id)
            #expect(document["status"] == "sent")
            #expect(document["channels"]?["push"]?["deviceCount"] == 1)
            #expect(document["channels"]?["push"]?["devices"]?["phone"]?["status"] == "sent")
            #expect(document["channels"]?["webhook"]?["attempts"] == 1)

            var seen: Set<String> = []
            while !seen.isSuperset(of: ["push sent", "webhook sent", "inApp unread"]),
                let event = try await events.next()
            {
                #expect(event["notificationId"]?.string == id)
                seen.insert("\(event["channel"]?.string ?? "-") \(event["status"]?.string ?? "-")")
            }
            #expect(
                seen.isSuperset(of: ["- accepted", "push processing", "push sent", "webhook sent", "inApp unread"]))

            try await verifyByReferenceImplementation(try #require(receiver.all.first))
            try await readSticks(id, client)
        }
        await belfry.stop()
    }

    /// The Python package of the Standard Webhooks project accepts what we signed, and nothing else.
    private func verifyByReferenceImplementation(_ hook: WebhookReceiver.Received) async throws {
        #expect(try JSON(parsing: hook.body)["data"]?["title"] == "Order shipped")
        let script = """
            import json, sys
            from standardwebhooks.webhooks import Webhook, WebhookVerificationError
            secret, headers, body = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
            Webhook(secret).verify(body, headers)
            try:
                Webhook(secret).verify(body + " ", headers)
                print("accepted a forgery")
            except WebhookVerificationError:
                print("verified")
            """
        let headers = JSON.object(JSONObject(hook.headers.map { ($0.key, .string($0.value)) }))
        let output = Lines()
        let python = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: ".build/python/bin/python3").path
        let child = try ChildProcess(
            executable: python, arguments: ["-c", script, Installation.webhookSecret, headers.text, hook.body],
            output: .lines { output.add($0) })
        #expect(await child.waitForExit() == .exited(0), "\(output.all)")
        #expect(output.all == ["verified"])
    }

    private func readSticks(_ id: String, _ client: Client) async throws {
        let inbox = try await client.send("GET", "/v1/users/u42/inbox").body
        #expect(inbox["unreadCount"] == 1)
        #expect(inbox["notifications"]?.array?.map { $0["id"]?.string } == [id])
        for _ in 1...2 {
            let read = try await client.send("PATCH", "/v1/notifications/\(id)/read")
            #expect(read.status == 200)
            #expect(read.body["channels"]?["inApp"]?["status"] == "read")
        }
        #expect(try await client.status(id, "inApp") == "read")
        #expect(try await client.send("GET", "/v1/users/u42/inbox").body["unreadCount"] == 0)
        let timeline = try await client.send("GET", "/v1/notifications/\(id)/events").body["events"]?.array ?? []
        #expect(timeline.filter { $0["status"] == "read" }.count == 1)
    }

    @Test func aScheduledNotificationWaitsForItsTimeAndThenComes() async throws {
        let belfry = try await Installation.start()
        let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
        _ = try await belfry.startWorker()
        let sendAt = Date().addingTimeInterval(2)
        let id = try await client.post([
            "to": ["userId": "u1", "email": "a@example.com"], "channels": ["email", "inApp"], "title": "Later",
            "sendAt": JSON(sendAt),
        ])
        #expect(try await client.document(id)["status"] == "scheduled")
        try await eventually("both channels are done") {
            let email = try await client.status(id, "email")
            let inApp = try await client.status(id, "inApp")
            return email == "sent" && inApp == "unread"
        }
        #expect(Date() >= sendAt)
        let events = try await client.send("GET", "/v1/notifications/\(id)/events").body["events"]?.array ?? []
        #expect(events.allSatisfy { ($0["at"]?.date ?? .distantPast) >= sendAt })
        await belfry.stop()
    }

    @Test func failuresAreRetriedAndEndAsDeadLetters() async throws {
        let belfry = try await Installation.start(
            simulator: "latency=1ms,retry=1", settings: ["BELFRY_MAX_ATTEMPTS": "3"])
        let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
        _ = try await belfry.startWorker()
        let id = try await client.post(["to": ["email": "a@example.com"], "channels": ["email"], "title": "Never"])
        try await eventually("it failed") { try await client.status(id, "email") == "failed" }
        let document = try await client.document(id)
        #expect(document["status"] == "failed")
        #expect(document["channels"]?["email"]?["attempts"] == 3)
        #expect(document["channels"]?["email"]?["error"]?["code"]?.string != nil)
        let letters = try await belfry.pool.query("SELECT attempts FROM dead_letters")
        #expect(try letters.map { try $0.get(0, as: Int32.self) } == [3])
        await belfry.stop()
    }
}
