import Documents
import Notifications
import TestSupport
import Testing

struct ErasureEndpointTests {
    private static let ada: JSON = [
        "email": "ada@example.org", "devices": [["id": "phone", "route": "push.fcm", "token": "t"]],
    ]

    @Test func erasedUserIsUnknownAtOnce() async throws {
        try await withAPI(recipientLifetime: .seconds(600)) { api in
            let client = try await api.client()
            _ = try await client.send("PUT", "/v1/users/ada", Self.ada)
            let send: JSON = ["to": ["userId": "ada"], "channels": ["email"], "title": "Secret"]
            for _ in 0..<2 { _ = try await client.post(send) }
            let answer = try await client.send("DELETE", "/v1/users/ada")
            #expect(answer.status == 202)
            #expect(answer.body["userId"] == "ada")
            #expect(answer.body["requestedAt"]?.date != nil)
            for list in ["erased", "erasing", "kept"] { #expect(answer.body[list]?.array?.isEmpty == false) }
            #expect(try await client.send("GET", "/v1/users/ada").status == 404)
            #expect(try await client.send("GET", "/v1/users/ada/devices").status == 404)
            #expect(try await client.send("GET", "/v1/users").body["items"] == [])
            let refused = try await client.send("POST", "/v1/notifications", send)
            #expect(refused.status == 422)
            #expect(refused.fields == ["to.userId invalid"])
            #expect(try await client.send("DELETE", "/v1/users/ada").status == 202, "there is more to be done")
            #expect(try await api.count("erasures") == 1)
        }
    }

    @Test func whatWasPostedWithAKeyIsNotAnsweredAgain() async throws {
        try await withAPI { api in
            let client = try await api.client()
            _ = try await client.send("PUT", "/v1/users/ada", Self.ada)
            let send: JSON = ["to": ["userId": "ada"], "channels": ["email"], "title": "Secret"]
            func post() async throws -> Client.Answer {
                try await client.send("POST", "/v1/notifications", send, headers: ["idempotency-key": "k"])
            }
            let id = try #require(try await post().body["id"]?.string)
            _ = try await client.send("DELETE", "/v1/users/ada")
            let erasures = Erasures(pool: api.pool)
            let erasure = try #require(try await erasures.open().first)
            _ = try await erasures.eraseBatch(of: erasure, after: nil) { _ in }
            #expect(try await post().status == 422)
            let document = try await client.send("GET", "/v1/notifications/\(id)")
            #expect(document.status == 200)
            #expect(document.body["erased"] == true)
            #expect(!document.body.text.contains("Secret"))
        }
    }

    @Test func nobodyIsNotFound() async throws {
        try await withAPI { api in
            let client = try await api.client()
            #expect(try await client.send("DELETE", "/v1/users/nobody").status == 404)
            #expect(try await api.rows() == 0)
        }
    }
}
