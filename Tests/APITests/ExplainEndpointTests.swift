import Foundation
import Notifications
import Queue
import Testing

@Suite struct ExplainEndpointTests {
    @Test func eachRouteNamesItsProviderAndItsTime() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.send, .admin])
            let request: JSON = [
                "to": [
                    "email": "a@example.org", "phone": "+46701234567",
                    "devices": [["id": "d1", "route": "push.fcm", "token": "t"]],
                ], "title": "T",
            ]
            let answer = try await client.send("POST", "/v1/notifications/explain", request)
            #expect(answer.status == 200)
            let channels = try #require(answer.body["recipients"]?.array?.first?["channels"])
            #expect(
                channels["email"]?["routes"]
                    == ["email": ["provider": "first", "waitSeconds": .number("0.0"), "paused": false]])
            #expect(channels["push"]?["routes"]?["push.fcm"]?["provider"] == "second")
            #expect(channels["sms"]?["routes"]?["sms"]?["provider"] == .null, "nobody serves it")
            let at = try #require(channels["email"]?["at"]?.date)
            #expect(abs(at.timeIntervalSinceNow) < 60)
        }
    }

    @Test func pausesAndSpentTokensAreTold() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.send, .operator])
            let set = try await client.send(
                "PUT", "/v1/providers/first/limits", ["route": "email", "ratePerSecond": .number("0.01"), "burst": 1])
            #expect(set.status == 200)
            _ = try await client.send("POST", "/v1/queues/email/pause")
            let request: JSON = ["to": ["email": "a@example.org"], "title": "T"]
            let answer = try await client.send("POST", "/v1/notifications/explain", request)
            let route = answer.body["recipients"]?.array?.first?["channels"]?["email"]?["routes"]?["email"]
            #expect(route?["provider"] == "first")
            #expect(route?["paused"] == true)
        }
    }

    @Test func laterStepsOfAPlanSayWhatMakesThemNeedless() async throws {
        try await withAPI { api in
            let request: JSON = [
                "to": ["email": "a@example.org", "phone": "+46701234567", "webhookUrl": "https://a.example/"],
                "title": "T",
                "plan": [
                    ["channels": ["email"]], ["channels": ["sms"], "after": "10m", "unless": "delivered"],
                    ["channels": ["webhook"], "after": "1h"],
                ],
            ]
            let answer = try await api.client().send("POST", "/v1/notifications/explain", request)
            let channels = try #require(answer.body["recipients"]?.array?.first?["channels"])
            let words = ["email", "sms", "webhook"].map { channels[$0]?["unless"]?.string }
            #expect(words == [nil, "delivered", nil])
            let times = ["email", "sms", "webhook"].compactMap { channels[$0]?["at"]?.date }
            try #require(times.count == 3)
            #expect(times.map { $0.timeIntervalSince(times[0]).rounded() } == [0, 600, 3600])
        }
    }

    @Test func badRequestsAreRefusedAsASendIs() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.send])
            for body in [[:], ["to": ["userId": "u"]], ["to": [], "title": "T"], ["to": 1, "x": 1]] as [JSON] {
                let explained = try await client.send("POST", "/v1/notifications/explain", body)
                let sent = try await client.send("POST", "/v1/notifications", body)
                #expect(explained.status == 422)
                #expect(explained.fields == sent.fields)
            }
        }
    }

    @Test func usersOfAnotherTenantAreUnknown() async throws {
        try await withAPI { api in
            _ = try await api.client().send("PUT", "/v1/users/u42", ["email": "mine@example.org"])
            let answer = try await api.client(tenant: "stranger", scopes: [.send]).send(
                "POST", "/v1/notifications/explain", ["to": ["userId": "u42"], "title": "T", "channels": ["email"]])
            #expect(answer.body["recipients"]?.array?.first?["decision"] == "reject")
            #expect(answer.body["recipients"]?.array?.first?["error"]?["field"] == "to.userId")
        }
    }
}
