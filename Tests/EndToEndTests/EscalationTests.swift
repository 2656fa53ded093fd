import Foundation
import Notifications
import TestSupport
import Testing

/// Who has read it is not written to as well, with real processes.
@Suite(.timeLimit(.minutes(2))) struct EscalationTests {
    @Test func laterStepIsForThoseWhoHaveNotRead() async throws {
        let belfry = try await Installation.start()
        let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
        _ = try await belfry.startWorker()
        // Until one of the two has been read, however long that takes here.
        #expect(try await client.send("POST", "/v1/queues/email/pause").status == 200)
        func post(_ user: String) async throws -> String {
            try await client.post([
                "to": ["userId": .string(user), "email": .string("\(user)@example.org")], "title": "Hello",
                "plan": [
                    ["channels": ["inApp"]], ["channels": ["email"], "after": "1s", "unless": "read"],
                    ["channels": ["chat"], "after": "1m"],
                ],
            ])
        }
        let (reader, other) = (try await post("ada"), try await post("bob"))
        #expect(try await client.status(other, "inApp") == "unread")
        #expect(try await client.status(other, "email") == "scheduled")
        #expect(try await client.send("PATCH", "/v1/notifications/\(reader)/read").status == 200)
        #expect(try await client.send("POST", "/v1/queues/email/resume").status == 200)
        try await eventually(within: .seconds(30), "the other gets an e-mail") {
            try await client.status(other, "email") == "sent"
        }
        try await eventually(within: .seconds(30), "the reader gets none") {
            try await client.status(reader, "email") == "skipped"
        }
        let document = try await client.document(reader)
        #expect(document["channels"]?["email"]?["error"]?["code"] == "planSatisfied")
        #expect(document["channels"]?["chat"]?["error"]?["code"] == "noAddress")
        #expect(document["status"] == "delivered")
        let accepts = try belfry.accepts()
        #expect(accepts.map(\.notificationId) == [other])
        let createdAt = try #require(try await client.document(other)["createdAt"]?.date)
        #expect(accepts[0].at >= createdAt.timeIntervalSince1970 + 1, "never early")
        await belfry.stop()
    }
}
