import Documents
import Foundation
import Notifications
import Testing

@testable import API

struct BroadcastTests {
    static let request: JSON = ["to": ["topic": "news"], "channels": ["email"], "title": "This week"]

    @Test func sendToATopicIsAcceptedAsABroadcast() async throws {
        try await withAPI { api in
            let client = try await api.client()
            try await client.makeTopic(["ada", "bob"])
            let answer = try await client.send("POST", "/v1/notifications", Self.request)
            #expect(answer.status == 202)
            let id = try #require(answer.body["id"]?.string)
            #expect(answer.headers["location"] == "/v1/broadcasts/\(id)")
            #expect(answer.body["topic"] == "news" && answer.body["status"] == "expanding")
            #expect(answer.body["subscribers"] == 2 && answer.body["expanded"] == 0)
            #expect(try await client.send("GET", "/v1/broadcasts/\(id)").body == answer.body)
            let list = try await client.send("GET", "/v1/broadcasts").body
            #expect(list == ["items": [answer.body], "next": nil])
            #expect(try await api.count("notifications") == 0)
        }
    }

    @Test func sameKeyMakesOneBroadcast() async throws {
        try await withAPI { api in
            let client = try await api.client()
            try await client.makeTopic(["ada"])
            let key = ["idempotency-key": "k"]
            let answers = try await withThrowingTaskGroup(of: Client.Answer.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await client.send("POST", "/v1/notifications", Self.request, headers: key) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 202 && $0.body == answers[0].body })
            #expect(Set(answers.map { $0.headers["location"] }).count == 1)
            #expect(answers.count { $0.headers["idempotent-replayed"] == nil } == 1)
            #expect(try await api.count("broadcasts") == 1)

            let other = try await client.send(
                "POST", "/v1/notifications", ["to": ["topic": "news"], "title": "Another"], headers: key)
            #expect(other.status == 422 && other.code == "idempotencyKeyReused")
            // A repeat stays one when the topic is gone.
            _ = try await client.send("DELETE", "/v1/topics/news")
            let late = try await client.send("POST", "/v1/notifications", Self.request, headers: key)
            #expect(late.status == 202 && late.body == answers[0].body)
            #expect(late.headers["idempotent-replayed"] == "true")
        }
    }

    @Test func wrongRequestsAreRefusedByName() async throws {
        try await withAPI { api in
            let client = try await api.client()
            try await client.makeTopic(["ada"])
            let requests: [(JSON, String)] = [
                (["topic": "old"], "to.topic invalid"), (["topic": ""], "to.topic invalid"),
                (["topic": nil], "to.topic missing"), (["topic": 1], "to.topic wrongType"),
                (["topic": "news", "userId": "ada"], "to.userId unknown"), ([["topic": "news"]], "to[0].topic unknown"),
            ]
            for (to, field) in requests {
                let answer = try await client.send("POST", "/v1/notifications", ["to": to, "title": "x"])
                #expect(answer.status == 422, "\(to.text)")
                #expect(answer.fields.contains(field), "\(to.text): \(answer.fields)")
            }
            let explained = try await client.send("POST", "/v1/notifications/explain", Self.request)
            #expect(explained.fields == ["to wrongType"])
            #expect(try await api.count("broadcasts") == 0)
        }
    }

    @Test func broadcastOfAnotherTenantIsNotFound() async throws {
        try await withAPI { api in
            let owner = try await api.client()
            try await owner.makeTopic(["ada"])
            let id = try await owner.post(Self.request)
            let stranger = try await api.client(tenant: "stranger")
            #expect(try await stranger.send("GET", "/v1/broadcasts/\(id)").status == 404)
            #expect(try await stranger.send("POST", "/v1/broadcasts/\(id)/cancel").status == 404)
            #expect(try await stranger.send("GET", "/v1/broadcasts").body == ["items": [], "next": nil])
            #expect(try await stranger.send("POST", "/v1/notifications", Self.request).fields == ["to.topic invalid"])
            #expect(try await owner.send("GET", "/v1/broadcasts/\(id)").body["status"] == "expanding")
        }
    }

    @Test func cancelIsAnsweredWithWhatItCameTo() async throws {
        try await withAPI { api in
            let client = try await api.client()
            try await client.makeTopic(["ada", "bob"])
            for user in ["ada", "bob"] {
                _ = try await client.send("PUT", "/v1/users/\(user)", ["email": .string("\(user)@example.org")])
            }
            let id = try await client.post(Self.request)
            try await api.expandOnce()
            let answer = try await client.send("POST", "/v1/broadcasts/\(id)/cancel")
            #expect(answer.status == 200)
            #expect(answer.body["status"] == "cancelled" && answer.body["endedAt"]?.date != nil)
            #expect(answer.body["notifications"] == 2 && answer.body["cancelled"] == 2)
            let again = try await client.send("POST", "/v1/broadcasts/\(id)/cancel")
            #expect(again.status == 200 && again.body == answer.body)
            #expect(try await client.send("POST", "/v1/broadcasts/nothing/cancel").status == 404)
        }
    }

    /// What is planned is what a send to the same user plans.
    @Test func pageIsPlannedAsASendIs() async throws {
        try await withAPI { api in
            let client = try await api.client()
            try await client.makeTopic(["ada", "nobody", "pigeon"])
            _ = try await client.send("PUT", "/v1/users/ada", ["email": "ada@example.org", "phone": "+46701234567"])
            _ = try await client.send("PUT", "/v1/users/pigeon", [:])
            let request: JSON = [
                "to": ["topic": "news"], "channels": ["email", "sms"], "type": "marketing", "priority": "low",
                "title": "This week", "data": ["a": 1], "metadata": ["b": 2],
            ]
            let id = try await client.post(request)
            try await api.expandOnce()
            let broadcast = try await client.send("GET", "/v1/broadcasts/\(id)").body
            #expect(broadcast["status"] == "done" && broadcast["notifications"] == 1)
            #expect(broadcast["skipped"] == ["noAddress": 1, "unknownUser": 1])

            let made = try await client.send("GET", "/v1/notifications?userId=ada").body["items"]?.array?.first?.object
            var direct = request.object
            direct?["to"] = ["userId": "ada"]
            let sent = try await client.send("POST", "/v1/notifications", direct.map(JSON.object)).body.object
            var (left, right) = (try #require(made), try #require(sent))
            #expect(left["broadcastId"] == .string(id))
            for name in ["id", "createdAt", "expiresAt", "requestId", "broadcastId"] {
                (left[name], right[name]) = (nil, nil)
            }
            #expect(left == right)
        }
    }
}

extension Client {
    /// Makes the topic `news` of these users.
    func makeTopic(_ users: [String]) async throws {
        _ = try await send("PUT", "/v1/topics/news", [:])
        let answer = try await send(
            "PUT", "/v1/topics/news/subscribers", ["userIds": .array(users.map(JSON.string))])
        try #require(answer.status == 200)
    }
}

extension TestAPI {
    /// Makes the next page of each broadcast, as the clerk does.
    func expandOnce() async throws {
        let store = BroadcastStore(pool: pool)
        for broadcast in try await store.unsettled(limit: 100) {
            let users = try await store.subscribers(of: broadcast, limit: 500)
            let now = clock.now
            let plans = try await planner.plans(broadcast.draft(to: users), tenant: broadcast.tenant, at: now)
            let page = try await store.write(of: broadcast, charges: plans.charges, at: now) { answers in
                BroadcastPage(
                    users, plans.settled(by: answers, at: now) { "to[\($0)]" }, isLast: users.count < 500)
            }
            #expect(page != nil)
        }
    }
}
