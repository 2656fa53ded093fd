import Foundation
import LocalServers
import Notifications
import Postgres
import TestSupport
import Testing

/// Events of a tenant at somebody else's server, by real processes of which one is killed.
@Suite(.timeLimit(.minutes(3))) struct StatusWebhookTests {
    @Test func everyEventArrivesSignedThoughTheClerksProcessIsKilled() async throws {
        let belfry = try await Installation.start()
        let receiver = WebhookReceiver()
        try await receiver.serve { url in
            let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
            let made = try await client.send("POST", "/v1/webhooks", ["url": .string(url)]).body
            let secret = try #require(made["secret"]?.string, "\(made.text)")
            let worker = try await belfry.startWorker()
            for _ in 0..<10 { try await client.mails(20) }
            try await eventually(within: .seconds(60), "some are told") { receiver.eventIds.count > 20 }
            worker.kill()
            for _ in 0..<5 { try await client.mails(20) }
            _ = try await belfry.startWorker()
            try await eventually(within: .seconds(90), "everything that is in the log is told") {
                let numbers = try await belfry.numbers()
                return numbers.count >= 300 && Set(receiver.eventIds).isSuperset(of: numbers.map { "evt_\($0)" })
            }
            try await verify(Array(receiver.all.suffix(20)), by: secret)
            let listed = try await client.send("GET", "/v1/notifications?limit=100").body["items"]?.array ?? []
            #expect(listed.allSatisfy { $0["channels"]?["email"] != nil })
        }
        await belfry.stop()
    }

    /// By the library that receivers use.
    private func verify(_ requests: [WebhookReceiver.Received], by secret: String) async throws {
        let script = """
            import json, sys
            from standardwebhooks.webhooks import Webhook
            for request in json.loads(sys.argv[2]):
                event = Webhook(sys.argv[1]).verify(request["body"], request["headers"])
                assert event["type"].startswith("notification."), event
                assert request["headers"]["webhook-id"] == f"evt_{event['data']['id']}", request
                print("verified")
            """
        let list = JSON.array(
            requests.map { request in
                let headers = request.headers.filter { $0.key.hasPrefix("webhook-") }
                return [
                    "body": .string(request.body),
                    "headers": .object(JSONObject(headers.map { ($0.key, .string($0.value)) })),
                ]
            })
        let (status, output) = try await Python.run(script, [secret, list.text])
        #expect(status == .exited(0), "\(output)")
        #expect(output.split(separator: "\n").count == requests.count && !requests.isEmpty)
    }
}

extension WebhookReceiver {
    fileprivate var eventIds: [String] { all.compactMap { $0.headers["webhook-id"] } }
}

extension Client {
    fileprivate func mails(_ count: Int) async throws {
        let to = JSON.array((0..<count).map { ["email": .string("a\($0)@example.org")] })
        let answer = try await send("POST", "/v1/notifications", ["to": to, "channels": ["email"], "title": "Hello"])
        #expect(answer.status == 202, "\(answer.body.text)")
    }
}

extension Installation {
    /// Of all events in the log.
    fileprivate func numbers() async throws -> [Int64] {
        try await pool.query("SELECT id FROM delivery_events ORDER BY id").map { try $0.get(0) }
    }
}
