import Foundation
import LocalServers
import Notifications
import TestSupport
import Testing

/// The providers that people have accounts with, by real processes that know nothing but their environment.
@Suite(.timeLimit(.minutes(2))) struct AllProvidersTests {
    private static let routes = [
        "push.fcm": "fcm", "email": "sendgrid", "sms": "twilio", "chat.slack": "slack", "webhook": "webhook",
        "inApp": "inApp",
    ]

    @Test func oneNotificationGoesOutByAllOfThemAndComesBackAsDelivered() async throws {
        try await ReservedPort.with { port in
            try await ProviderPeers.run { peers in
                let settings = try await peers.settings().merging([
                    "BELFRY_PORT": "\(port)", "BELFRY_PUBLIC_URL": "http://127.0.0.1:\(port)",
                    "BELFRY_CALL_DEADLINE": "10s", "BELFRY_PERMIT": "15s", "BELFRY_LEASE": "20s",
                ]) { $1 }
                let belfry = try await Installation.start(settings: settings)
                let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
                _ = try await belfry.startWorker()
                try await notify(client, peers)
                try await checkProviders(client)
                await belfry.stop()
            }
        }
    }

    private func notify(_ client: Client, _ peers: ProviderPeers) async throws {
        let id = try await client.post([
            "to": [
                "userId": "ann", "email": "ann@example.org", "phone": "+46701234567",
                "webhookUrl": .string(peers.hook), "chat": ["slack": "C024BE91L"],
                "devices": [["id": "phone", "route": "push.fcm", "token": "phone-token"]],
            ],
            "channels": ["push", "email", "sms", "chat", "webhook", "inApp"],
            "title": "Order shipped", "body": "It is on its way.", "data": ["orderId": 8812],
        ])
        let expected = [
            "push": "sent", "email": "sent", "sms": "delivered", "chat": "sent", "webhook": "sent", "inApp": "unread",
        ]
        try await eventually(within: .seconds(30), "all channels are done") {
            try await client.statuses(id) == expected
        }
        checkIds(of: try await client.document(id))
        let timeline = try await client.send("GET", "/v1/notifications/\(id)/events").body["events"]?.array ?? []
        #expect(timeline.filter { $0["channel"] == "sms" }.compactMap { $0["status"]?.string }.last == "delivered")
        try await eventually("every answer is told") { peers.answers.count == 9 }
        #expect(
            Set(peers.answers) == [
                "fcm_token 200", "fcm 200", "sendgrid 202", "twilio 201", "slack 200", "hook 204",
                "callback failed 401", "callback sent 204", "callback delivered 204",
            ])
    }

    /// What each provider calls it stands in the document.
    private func checkIds(of document: JSON) {
        let channels = document["channels"]
        #expect(channels?["push"]?["devices"]?["phone"]?["providerMessageId"]?.string == "projects/shop-1/messages/m1")
        #expect(channels?["email"]?["providerMessageId"] == "sg-1")
        #expect(channels?["sms"]?["providerMessageId"] == "SM1")
        for (channel, provider) in [("email", "sendgrid"), ("sms", "twilio"), ("webhook", "webhook")] {
            #expect(channels?[channel]?["provider"]?.string == provider)
        }
        #expect(channels?["sms"]?["deliveredAt"]?.date != nil)
    }

    private func checkProviders(_ client: Client) async throws {
        func items() async throws -> [JSON] {
            try await client.send("GET", "/v1/providers").body["items"]?.array ?? []
        }
        let served = try await items().map { ($0["route"]?.string ?? "", $0["provider"]?.string ?? "") }
        #expect(Dictionary(served) { $1 } == Self.routes)
        try await eventually("their calls are told, which all went well") {
            // What is due in the inbox at once is written there without a call.
            try await items().filter { $0["provider"] != "inApp" }.allSatisfy { item in
                item["circuit"] == "closed" && item["failurePercent"] == 0
                    && item["latencyMilliseconds"].map { $0 != .null } == true
            }
        }
    }
}

extension Client {
    fileprivate func statuses(_ id: String) async throws -> [String: String] {
        let members = try await document(id)["channels"]?.object?.members ?? []
        return Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.value["status"]?.string ?? "") })
    }
}
