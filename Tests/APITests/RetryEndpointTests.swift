import Documents
import Foundation
import Notifications
import Queue
import TestSupport
import Testing

struct RetryEndpointTests {
    private func post(_ client: Client) async throws -> String {
        try await client.post([
            "to": ["userId": "u42", "email": "a@example.org", "phone": "+46701234567"],
            "channels": ["email", "sms", "inApp"], "title": "x",
        ])
    }

    @Test func whatFailedBeginsItsNextRound() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let id = try await post(client)
            try await api.fail(id, on: .email)
            let answer = try await client.send("POST", "/v1/notifications/\(id)/retry")
            #expect(answer.status == 200)
            #expect(
                answer.body == [
                    "id": .string(id), "channels": ["email": "redriven", "sms": "inFlight", "inApp": "notFailed"],
                ])
            let document = try await client.send("GET", "/v1/notifications/\(id)").body
            #expect(document["channels"]?["email"]?["round"] == 2)
            #expect(document["channels"]?["email"]?["status"] == "pending")
            #expect(try await api.count("dead_letters") == 0)
            let again = try await client.send("POST", "/v1/notifications/\(id)/retry", [:])
            #expect(again.body["channels"] == ["email": "inFlight", "sms": "inFlight", "inApp": "notFailed"])
            try await api.fail(id, on: .email)
            let third = try await client.send("POST", "/v1/notifications/\(id)/retry")
            #expect(third.body["channels"]?["email"] == "redriven")
            try await eventually("it is in the queue") {
                try await api.queue.counts(of: .email).ready[.medium] ?? 0 > 0
            }
        }
    }

    @Test func onlyTheChannelsThatAreNamedAreTried() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let id = try await post(client)
            for route in [Route.email, .sms] { try await api.fail(id, on: route) }
            let answer = try await client.send("POST", "/v1/notifications/\(id)/retry", ["channels": ["sms"]])
            #expect(answer.body == ["id": .string(id), "channels": ["sms": "redriven"]])
            let channels = try await client.send("GET", "/v1/notifications/\(id)").body["channels"]
            #expect(channels?["email"]?["status"] == "failed")
            #expect(channels?["sms"]?["status"] == "pending")
            #expect(try await api.count("dead_letters") == 1)
        }
    }

    @Test func testKeyTriesOnlyTestsAgain() async throws {
        try await withAPI { api in
            let (live, test) = (try await api.client(), try await api.client(isTest: true))
            let (id, testId) = (try await post(live), try await post(test))
            for id in [id, testId] { try await api.fail(id, on: .email) }
            let refused = try await test.send("POST", "/v1/notifications/\(id)/retry")
            #expect(refused.status == 403 && refused.code == "liveKeyNeeded")
            #expect(try await test.send("POST", "/v1/notifications/\(testId)/retry").status == 200)
            #expect(
                try await live.send("GET", "/v1/notifications/\(id)").body["channels"]?["email"]?["status"] == "failed")
        }
    }

    @Test func badRequestsAreRefusedByNameAndChangeNothing() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let id = try await api.die(client)
            let requests: [(JSON, [String])] = [
                (["channels": ["email", "push"]], ["channels[1] invalid"]), (["channels": []], ["channels invalid"]),
                (["channels": ["fax"]], ["channels[0] invalid"]), (["channels": "email"], ["channels wrongType"]),
                (["route": "email"], ["route unknown"]),
            ]
            for (body, fields) in requests {
                let answer = try await client.send("POST", "/v1/notifications/\(id)/retry", body)
                #expect(answer.status == 422, "\(body.text)")
                #expect(answer.fields == fields)
            }
            #expect(try await api.count("dead_letters") == 1)
        }
    }

    @Test func foreignNotificationIsNotFound() async throws {
        try await withAPI { api in
            let id = try await api.die(try await api.client())
            let stranger = try await api.client(tenant: "stranger")
            #expect(try await stranger.send("POST", "/v1/notifications/\(id)/retry").status == 404)
            #expect(try await api.count("dead_letters") == 1)
        }
    }

    @Test func twoAtOnceRedriveItOnce() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let id = try await api.die(client)
            async let first = client.send("POST", "/v1/notifications/\(id)/retry")
            async let second = client.send("POST", "/v1/notifications/\(id)/retry")
            let answers = try await [first, second].map { $0.body["channels"]?["email"]?.string }
            #expect(Set(answers) == ["redriven", "inFlight"])
            #expect(try await api.count("deliveries") == 1)
        }
    }
}
