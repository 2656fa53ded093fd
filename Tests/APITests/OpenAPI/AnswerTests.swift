import Documents
import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

@testable import API

/// What is answered is what the description says, to the last member.
struct AnswerTests {
    @Test func documentsAreAsDescribedHoweverTheyEnded() async throws {
        try await withAPI { api in
            let client = try await api.client()
            var check = AnswerCheck()
            func add(_ id: String, _ status: DeliveryStatus, on channel: NotificationChannel = .email) async throws {
                let document = try await client.send("GET", "/v1/notifications/\(id)").body
                #expect(document["channels"]?[channel.rawValue]?["status"]?.string == status.rawValue)
                check.add(document, as: "Notification", status.rawValue)
            }
            for status in [DeliveryStatus.sent, .delivered, .bounced, .failed, .unknown, .expired] {
                let id = try await client.post(["to": ["email": "a@example.org"], "title": "x"])
                try await api.end(id, on: .email, status)
                try await add(id, status)
            }
            let letter: JSON = ["to": ["email": "a@example.org"], "channels": ["sms"], "title": "x"]
            try await add(client.post(letter), .skipped, on: .sms)
            let cancelled = try await client.post(["to": ["email": "a@example.org"], "title": "x"])
            _ = try await client.send("POST", "/v1/notifications/\(cancelled)/cancel")
            try await add(cancelled, .cancelled)
            let again = try await api.die(client)
            _ = try await client.send("POST", "/v1/notifications/\(again)/retry")
            try await add(again, .pending)
            try await check.expectAllAsDescribed()
        }
    }

    @Test func documentsOfSeveralTargetsAreAsDescribed() async throws {
        try await withAPI { api in
            let client = try await api.client()
            var check = AnswerCheck()
            let devices: JSON = [
                ["id": "a", "route": "push.fcm", "token": "t"],
                ["id": "b", "route": "push.apns", "token": "u", "app": "x"],
            ]
            let requests: [(JSON, [Route: [String]])] = [
                (["to": ["devices": devices], "title": "x"], [.fcm: ["a"], .apns: ["b"]]),
                (["to": ["chat": ["telegram": "7"]], "title": "x"], [.telegram: ["chat.telegram"]]),
            ]
            for (request, routes) in requests {
                let id = try await client.post(request)
                check.add(try await client.send("GET", "/v1/notifications/\(id)").body, as: "Notification", "before")
                for (route, targets) in routes { try await api.end(id, on: route, .sent, targets: targets) }
                check.add(try await client.send("GET", "/v1/notifications/\(id)").body, as: "Notification", "after")
            }
            try await check.expectAllAsDescribed()
        }
    }

    @Test func documentsWithEverythingAreAsDescribed() async throws {
        try await withAPI { api in
            let client = try await api.client()
            var check = AnswerCheck()
            _ = try await client.send("PUT", "/v1/users/ada", ["email": "ada@example.org"])
            let email: JSON = ["default": ["subject": "{{id}}", "text": "x"]]
            let template: JSON = ["channels": ["email": email, "inApp": ["default": ["body": "{{id}}"]]]]
            _ = try await client.send("PUT", "/v1/templates/shipped", template)
            let request: JSON = [
                "to": ["userId": "ada", "email": "a@example.org", "locale": "sv", "attributes": ["a": 1]],
                "template": "shipped", "data": ["id": 7], "category": "orders", "metadata": ["b": 2],
                "cancellationKey": "c", "collapseKey": "d", "overrides": ["email": ["subject": "Mine"]],
                "plan": [["channels": ["email"]], ["channels": ["inApp"], "after": "10m", "unless": "read"]],
                "sendAt": JSON(Date().addingTimeInterval(3600)), "priority": "low", "delivery": "atMostOnce",
            ]
            let trace = ["traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"]
            let full = try await client.send("POST", "/v1/notifications", request, headers: trace)
            #expect(full.status == 202, "\(full.body.text)")
            check.add(full.body, as: "Notification", "full")
            let test = try await api.client(isTest: true).send("POST", "/v1/notifications", request)
            check.add(test.body, as: "Notification", "test")

            let inbox = try await client.post(["to": ["userId": "ada"], "channels": ["inApp"], "title": "x"])
            _ = try await client.send("PATCH", "/v1/notifications/\(inbox)/read")
            check.add(
                try await client.send("PATCH", "/v1/notifications/\(inbox)/archive").body, as: "Notification", "read")

            try await client.makeTopic(["ada"])
            let broadcast = try await client.post(["to": ["topic": "news"], "channels": ["inApp"], "title": "x"])
            try await api.expandOnce()
            check.add(try await client.send("GET", "/v1/broadcasts/\(broadcast)").body, as: "Broadcast", "broadcast")
            let list = try await client.send("GET", "/v1/notifications?userId=ada").body
            #expect(list["items"]?.array?.contains { $0["broadcastId"] != nil } == true)
            for item in list["items"]?.array ?? [] { check.add(item, as: "Notification", "listed") }

            _ = try await api.client(scopes: Set(Scope.allCases)).send("DELETE", "/v1/users/ada")
            let erasures = Erasures(pool: api.pool)
            let erasure = try #require(try await erasures.open().first)
            _ = try await erasures.eraseBatch(of: erasure, after: nil) { _ in }
            let erased = try await client.send("GET", "/v1/notifications/\(inbox)").body
            #expect(erased["erased"] == true)
            check.add(erased, as: "Notification", "erased")
            try await check.expectAllAsDescribed()
        }
    }

    /// An example is what the code itself would write.
    @Test func exampleOfADocumentIsOneOfTheCode() throws {
        let example = try #require(Description.part("components/schemas/Notification/example"))
        let channels = ChannelState.read(example["channels"] ?? .null)
        #expect(ChannelState.document(channels) == example["channels"])
        #expect(NotificationStatus(channels.values).rawValue == example["status"]?.string)
        let content = NotificationContent(stored: example)
        #expect(content.json.object?.members.allSatisfy { example[$0.name] == $0.value } == true)
    }

    /// The page at /docs shows the examples of what an operation answers, or of each thing that it may be.
    @Test(arguments: ["Notification", "AcceptedList", "BatchList", "Broadcast", "Explanation"])
    func whatIsAnsweredMostHasAnExampleThatIsRight(schema: String) async throws {
        let example = try #require(Description.part("components/schemas/\(schema)")?["example"])
        let answers = Description.operations.flatMap(\.responses.values).compactMap { response in
            response["content"]?["application/json"]?["schema"]
        }
        let shown = answers.flatMap { $0["anyOf"]?.array ?? [$0] }.compactMap { $0["$ref"]?.string }
        #expect(shown.contains("#/components/schemas/\(schema)"))
        var check = AnswerCheck()
        check.add(example, as: schema, schema)
        try await check.expectAllAsDescribed()
    }
}
