import Foundation
import Notifications
import Postgres
import Testing

/// What is sent to a topic with a test key.
@Suite struct TestBroadcastTests {
    @Test func everyNotificationOfItIsATest() async throws {
        try await withAPI { api in
            for isTest in [true, false] {
                let client = try await api.client(isTest: isTest)
                _ = try await client.send("PUT", "/v1/topics/news", [:])
                _ = try await client.post(["to": ["topic": "news"], "title": "Hello"])
                let kept: Bool = try await api.pool.query("SELECT test FROM broadcasts ORDER BY id DESC LIMIT 1")[0]
                    .get(0)
                #expect(kept == isTest)
                let broadcast = Broadcast(
                    id: UUID(), tenant: "acme", topic: "news", topicId: UUID(), subscribers: 1,
                    request: ["to": ["topic": "news"], "title": "Hello"], isTest: isTest, createdAt: Date())
                #expect(broadcast.draft(to: ["u42"]).isTest == isTest)
            }
        }
    }
}
