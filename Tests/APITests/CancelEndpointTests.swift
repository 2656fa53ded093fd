import Documents
import Foundation
import Notifications
import Queue
import Testing

struct CancelEndpointTests {
    @Test func answerSaysOfEachChannelWhatBecameOfIt() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let id = try await client.post([
                "to": ["userId": "u42", "email": "a@example.org", "phone": "+46701234567"],
                "channels": ["email", "sms", "inApp"], "title": "x",
            ])
            _ = try await api.grant(id, on: .sms)
            let answer = try await client.send("POST", "/v1/notifications/\(id)/cancel")
            #expect(answer.status == 200)
            #expect(
                answer.body == [
                    "id": .string(id), "channels": ["email": "cancelled", "sms": "inFlight", "inApp": "ended"],
                ])
            let channels = try await client.send("GET", "/v1/notifications/\(id)").body["channels"]
            #expect(channels?["email"]?["status"] == "cancelled")
            #expect(channels?["sms"]?["status"] == "processing")
            #expect(try await api.queue.counts(of: .sms).total == 1, "its worker is told by Postgres")
            let events = try await client.send("GET", "/v1/notifications/\(id)/events").body["events"]
            #expect(events?.array?.map { $0["status"] } == ["cancelled"])
        }
    }

    @Test func whatEndedIsLeftAsItIs() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let id = try await client.post(["to": ["userId": "u42"], "channels": ["inApp"], "title": "x"])
            let answer = try await client.send("POST", "/v1/notifications/\(id)/cancel")
            #expect(answer.body == ["id": .string(id), "channels": ["inApp": "ended"]])
        }
    }

    @Test func keyCancelsAllThatHaveIt() async throws {
        try await withAPI { api in
            let client = try await api.client()
            var ids: [String] = []
            for key in ["order-1", "order-1", "order-2"] {
                ids.append(
                    try await client.post([
                        "to": ["email": "a@example.org"], "title": "x", "cancellationKey": .string(key),
                    ]))
            }
            let document = try await client.send("GET", "/v1/notifications/\(ids[0])").body
            #expect(document["cancellationKey"] == "order-1")
            let answer = try await client.send(
                "POST", "/v1/notifications/cancel", ["cancellationKey": "order-1"])
            #expect(answer.status == 200)
            let items = ids.prefix(2).map { ["id": .string($0), "channels": ["email": "cancelled"]] as JSON }
            #expect(answer.body == ["items": .array(items), "remaining": false])
            let again = try await client.send("POST", "/v1/notifications/cancel", ["cancellationKey": "order-1"])
            #expect(again.body == ["items": [], "remaining": false])
            #expect(try await client.send("GET", "/v1/notifications/\(ids[2])").body["status"] == "pending")
        }
    }

    @Test func badKeysAreRefusedByName() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let requests: [(JSON, String)] = [
                ([:], "cancellationKey missing"), (["cancellationKey": ""], "cancellationKey invalid"),
                (["cancellationKey": 1], "cancellationKey wrongType"),
            ]
            for (body, field) in requests {
                let answer = try await client.send("POST", "/v1/notifications/cancel", body)
                #expect(answer.status == 422, "\(body.text)")
                #expect(answer.fields.contains(field), "\(body.text)")
            }
            let post = try await client.send(
                "POST", "/v1/notifications",
                ["to": ["email": "a@example.org"], "title": "x", "cancellationKey": ""])
            #expect(post.fields == ["cancellationKey invalid"])
        }
    }

    @Test func foreignNotificationIsNotFound() async throws {
        try await withAPI { api in
            let id = try await api.client().post([
                "to": ["email": "a@example.org"], "title": "x", "cancellationKey": "k",
            ])
            let stranger = try await api.client(tenant: "stranger")
            #expect(try await stranger.send("POST", "/v1/notifications/\(id)/cancel").status == 404)
            let answer = try await stranger.send("POST", "/v1/notifications/cancel", ["cancellationKey": "k"])
            #expect(answer.body["items"] == [])
            #expect(try await api.client().send("GET", "/v1/notifications/\(id)").body["status"] == "pending")
        }
    }
}

extension TestAPI {
    /// Takes the permit for a delivery, as a worker would.
    fileprivate func grant(_ id: String, on route: Route) async throws -> PermitAnswer? {
        let uuid = try #require(UUID(uuidString: id))
        let permits = PermitStore(pool: pool, timing: DeliveryTiming(), maximumAttempts: 5)
        return try await permits.take([uuid], route: route, provider: "p", suspects: 0).answers[uuid]
    }
}
