import Foundation
import LocalServers
import Notifications
import TestSupport
import Testing

/// A test key against providers that people have accounts with: they hear nothing of it.
@Suite(.timeLimit(.minutes(2))) struct TestKeyTests {
    @Test func noProviderIsCalledAndAllElseIsAsUsual() async throws {
        try await ProviderPeers.run { peers in
            let belfry = try await Installation.start(settings: try await peers.settings())
            let made = try await belfry.run("keys", "create", "--name", "try", "--test")
            let key = try #require(made.output.first { $0.hasPrefix("bf_test_") }, "\(made.output)")
            let client = Client(url: try await belfry.startAPI().url, key: key)
            _ = try await belfry.startWorker()
            let id = try await client.post([
                "to": [
                    "userId": "ann", "email": "ann@example.org", "phone": "+46701234567",
                    "webhookUrl": .string(peers.hook), "chat": ["slack": "C024BE91L"],
                    "devices": [["id": "phone", "route": "push.fcm", "token": "phone-token"]],
                ],
                "channels": ["push", "email", "sms", "chat", "webhook", "inApp"], "title": "Order shipped",
            ])
            try await eventually(within: .seconds(30), "all channels are done") {
                let channels = try await client.document(id)["channels"]?.object?.members ?? []
                return channels.allSatisfy { ["sent", "unread"].contains($0.value["status"]?.string) }
            }
            let document = try await client.document(id)
            #expect(document["test"] == true)
            for channel in ["email", "sms", "webhook"] {
                #expect(document["channels"]?[channel]?["provider"] == "simulator")
            }
            #expect(try await client.send("GET", "/v1/users/ann/inbox").body["unreadCount"] == 1)
            let timeline = try await client.send("GET", "/v1/notifications/\(id)/events").body["events"]?.array ?? []
            #expect(timeline.count { $0["outcome"] == "accepted" } == 5)
            #expect(peers.answers.isEmpty, "\(peers.answers)")
            await belfry.stop()
        }
    }
}
