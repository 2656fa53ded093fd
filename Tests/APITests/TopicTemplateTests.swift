import Notifications
import Testing

/// What is sent to a topic by a template is tried for a subscriber of whom nothing is known, while there is somebody to tell.
struct TopicTemplateTests {
    private static let template: JSON = [
        "channels": [
            "email": ["default": ["subject": "{{recipient.name}}: {{title}}", "text": "{{#items}}{{name}}{{/items}}"]],
            "sms": [
                "sv": ["body": "{{order.id}} {{recipient.city}}"],
                "default": ["body": "{{order.id}}{{^recipient.vip}} {{recipient.city}}{{/recipient.vip}}"],
            ],
        ]
    ]

    @Test(
        arguments: [
            (["data": [:]], ["data.title missing", "data.order.id missing"]),
            (["data": ["title": "T"], "channels": ["email"]], []),
            (["data": ["title": "T\nBcc: x"], "channels": ["email"]], ["data.title invalid"]),
            (
                ["data": ["title": "T", "items": [["name": []]]], "channels": ["email"]],
                ["data.items[0].name wrongType"]
            ),
            (["data": ["order": ["id": 7]], "channels": ["sms"], "locale": "sv"], []),
            (["channels": ["sms"], "locale": "fi"], ["data.order.id missing"]),
            (["data": ["title": "T", "order": ["id": 7]]], []),
            (["channels": ["push"]], ["template invalid"]),
            (["channels": ["push"], "title": "Mine"], []),
        ] as [(JSON, [String])])
    func whatNoSubscriberCouldMendIsRefused(rest: JSON, lines: [String]) async throws {
        try await withAPI { api in
            let client = try await api.client()
            _ = try await client.send("PUT", "/v1/topics/news", [:])
            try #require(try await client.send("PUT", "/v1/templates/digest", Self.template).status == 201)
            var request = try #require(rest.object)
            request["to"] = ["topic": "news"]
            request["template"] = "digest"
            let answer = try await client.send("POST", "/v1/notifications", .object(request))
            #expect(answer.status == (lines.isEmpty ? 202 : 422))
            #expect(answer.fields == lines)
        }
    }

    @Test func languageThatOnlySubscribersMayHaveIsNotMissed() async throws {
        try await withAPI { api in
            let client = try await api.client()
            _ = try await client.send("PUT", "/v1/topics/news", [:])
            let template: JSON = ["channels": ["sms": ["sv": ["body": "Hej"]]]]
            _ = try await client.send("PUT", "/v1/templates/digest", template)
            var request: JSONObject = JSONObject([("to", ["topic": "news"]), ("template", "digest")])
            #expect(try await client.send("POST", "/v1/notifications", .object(request)).status == 202)
            request["locale"] = "fi"
            #expect(try await client.send("POST", "/v1/notifications", .object(request)).fields == ["locale invalid"])
        }
    }

    @Test func repeatStaysOneThoughItsTemplateAsksForMoreNow() async throws {
        try await withAPI { api in
            let client = try await api.client()
            _ = try await client.send("PUT", "/v1/topics/news", [:])
            let simple: JSON = ["channels": ["sms": ["default": ["body": "Hej"]]]]
            _ = try await client.send("PUT", "/v1/templates/digest", simple)
            let (request, key): (JSON, _) = (
                ["to": ["topic": "news"], "template": "digest"], ["idempotency-key": "k"]
            )
            let first = try await client.send("POST", "/v1/notifications", request, headers: key)
            #expect(first.status == 202)
            _ = try await client.send("PUT", "/v1/templates/digest", Self.template)
            #expect(try await client.send("POST", "/v1/notifications", request).status == 422)
            let again = try await client.send("POST", "/v1/notifications", request, headers: key)
            #expect(again.status == 202 && again.body == first.body)
        }
    }
}
