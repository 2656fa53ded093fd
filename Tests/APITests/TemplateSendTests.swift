import Documents
import Notifications
import Postgres
import Queue
import Testing

/// Notifications that are made of templates.
struct TemplateSendTests {
    private static let shipped: JSON = [
        "channels": [
            "sms": ["default": ["body": "Order {{orderId}}"], "sv": ["body": "Order {{orderId}} på väg"]],
            "email": [
                "default": [
                    "subject": "Order {{orderId}} for {{recipient.name}}", "html": "<p>{{orderId}}</p>",
                    "text": "{{#items}}{{name}}\n{{/items}}",
                ]
            ],
            "inApp": ["default": ["title": "Shipped", "body": "{{orderId}}", "icon": "truck"]],
        ]
    ]

    private func withTemplate(_ body: (TestAPI, Client) async throws -> Void) async throws {
        try await withAPI { api in
            let client = try await api.client()
            try #require(try await client.send("PUT", "/v1/templates/shipped", Self.shipped).status == 201)
            try await body(api, client)
        }
    }

    @Test func textIsMadeWhenItIsAcceptedAndIsWhatTheDocumentShows() async throws {
        try await withTemplate { api, client in
            _ = try await client.send(
                "PUT", "/v1/users/u42",
                ["email": "ada@example.org", "phone": "+46701234567", "locale": "sv-SE", "attributes": ["name": "Ada"]])
            let answer = try await client.send(
                "POST", "/v1/notifications",
                [
                    "to": ["userId": "u42"], "template": "shipped",
                    "data": ["orderId": "<8812>", "items": [["name": "A & B"]]],
                ])
            #expect(answer.status == 202)
            #expect(answer.body["template"] == ["name": "shipped", "version": 1, "locale": "sv-SE"])
            #expect(answer.body["overrides"]?["sms"] == ["body": "Order <8812> på väg"])
            #expect(
                answer.body["overrides"]?["email"] == [
                    "subject": "Order <8812> for Ada", "html": "<p>&lt;8812&gt;</p>", "text": "A & B\n",
                ])
            #expect(answer.body["overrides"]?["inApp"]?["icon"] == "truck")
            #expect([answer.body["title"], answer.body["body"]] == ["Shipped", "<8812>"], "what lists show")
            let id = try #require(answer.body["id"]?.string)
            _ = try await client.send("DELETE", "/v1/templates/shipped")
            #expect(try await client.send("GET", "/v1/notifications/\(id)").body == answer.body)
            let channels = answer.body["channels"]?.object?.members.map(\.name)
            #expect(channels == ["email", "sms", "inApp"])
        }
    }

    @Test func everythingThatIsMissingIsNamed() async throws {
        try await withTemplate { api, client in
            let answer = try await client.send(
                "POST", "/v1/notifications",
                ["to": ["email": "a@example.org", "phone": "+46701234567"], "template": "shipped", "data": [:]])
            #expect(answer.status == 422)
            #expect(answer.fields == ["data.orderId missing", "to.attributes.name missing"])
            #expect(try await api.count("notifications") == 0)
        }
    }

    @Test func oneRecipientOfAListIsRejectedForWhatItLacks() async throws {
        try await withTemplate { api, client in
            let answer = try await client.send(
                "POST", "/v1/notifications",
                [
                    "to": [
                        ["email": "a@example.org", "attributes": ["name": "A"]], ["email": "b@example.org"],
                        ["email": "c@example.org", "attributes": ["name": "C\r\nBcc: x@example.org"]],
                    ], "template": ["name": "shipped", "version": 1], "data": ["orderId": 7],
                ])
            #expect(answer.status == 202)
            let entries = try #require(answer.body["notifications"]?.array)
            #expect(entries.map { $0["status"]?.string } == ["pending", nil, nil])
            #expect(
                entries.map { $0["error"]?["field"]?.string }
                    == [nil, "to[1].attributes.name", "to[2].attributes.name"])
            #expect(entries.map { $0["error"]?["code"]?.string } == [nil, "missing", "invalid"])
            #expect(try await api.count("notifications") == 1)
        }
    }

    @Test func attributesOfTheRequestGoOverThoseOfTheUser() async throws {
        try await withTemplate { _, client in
            _ = try await client.send(
                "PUT", "/v1/users/u42", ["email": "ada@example.org", "attributes": ["name": "Ada", "plan": "gold"]])
            let answer = try await client.send(
                "POST", "/v1/notifications",
                [
                    "to": ["userId": "u42", "attributes": ["name": "Countess"]], "channels": ["email"],
                    "template": "shipped", "data": ["orderId": 7],
                ])
            #expect(answer.body["overrides"]?["email"]?["subject"] == "Order 7 for Countess")
        }
    }

    @Test func whatTheRequestSaysItselfReplacesTheTemplatesMembers() async throws {
        try await withTemplate { _, client in
            let answer = try await client.send(
                "POST", "/v1/notifications",
                [
                    "to": ["email": "a@example.org", "phone": "+46701234567", "attributes": ["name": "A"]],
                    "template": "shipped", "data": ["orderId": 7], "body": "Mine",
                    "overrides": ["email": ["subject": "Mine too", "replyTo": "help@example.org"]],
                ])
            #expect(answer.body["body"] == "Mine")
            #expect(answer.body["overrides"]?["sms"] == ["body": "Mine"])
            let email = answer.body["overrides"]?["email"]
            #expect(
                [email?["subject"], email?["html"], email?["replyTo"]] == ["Mine too", "<p>7</p>", "help@example.org"])
        }
    }

    @Test(
        arguments: [
            (["template": "gone"], ["template invalid"]),
            (["template": ["name": "shipped", "version": 2]], ["template invalid"]),
            (["template": "a/b"], ["template invalid"]),
            (["template": ["version": 1]], ["template.name missing"]),
            (["template": ["name": "shipped", "colour": "red"]], ["template.colour unknown"]),
            (["template": 7], ["template wrongType"]),
            (["title": "x", "locale": "sv"], ["locale conflict"]),
            (["template": "shipped", "channels": ["webhook"]], ["template invalid"]),
            (["template": "strict"], ["to.locale invalid"]),
            (["template": "strict", "locale": "fi"], ["locale invalid"]),
            (
                ["template": "link", "data": ["url": "http://a.example"], "channels": ["push"]],
                ["template.push.link invalid"]
            ),
            (["template": "link", "data": ["url": "javascript:x"], "channels": ["push"]], ["data.url invalid"]),
        ] as [(JSON, [String])])
    func requestThatAsksForWhatIsNotThereIsRefused(request: JSON, lines: [String]) async throws {
        try await withTemplate { _, client in
            let strict: JSON = ["channels": ["email": ["sv": ["subject": "Hej"]]]]
            _ = try await client.send("PUT", "/v1/templates/strict", strict)
            let link: JSON = ["channels": ["push": ["default": ["body": "x", "link": "{{url}}"]]]]
            _ = try await client.send("PUT", "/v1/templates/link", link)
            var body = try #require(request.object)
            body["to"] = [
                "email": "a@example.org", "webhookUrl": "https://example.org/hook",
                "devices": [["id": "phone", "route": "push.fcm", "token": "t"]],
            ]
            let answer = try await client.send("POST", "/v1/notifications", .object(body))
            #expect(answer.status == 422)
            #expect(answer.fields == lines)
        }
    }

    @Test func repeatIsAnsweredAsTheFirstThoughTheTemplateHasChanged() async throws {
        try await withTemplate { _, client in
            let body: JSON = ["to": ["phone": "+46701234567"], "template": "shipped", "data": ["orderId": 7]]
            let first = try await client.send("POST", "/v1/notifications", body, headers: ["idempotency-key": "k"])
            #expect(first.status == 202)
            let other: JSON = ["channels": ["sms": ["default": ["body": "{{other}}"]]]]
            _ = try await client.send("PUT", "/v1/templates/shipped", other)
            for _ in 0..<2 {
                let again = try await client.send("POST", "/v1/notifications", body, headers: ["idempotency-key": "k"])
                #expect(again.status == 202)
                #expect(again.headers["idempotent-replayed"] == "true")
                #expect(again.body == first.body)
                _ = try await client.send("DELETE", "/v1/templates/shipped")
            }
        }
    }

    @Test func thousandRecipientsGetATextEach() async throws {
        try await withTemplate { api, client in
            let to = (0..<1000).map { ["phone": .string("+4670\(1_000_000 + $0)"), "locale": "sv"] as JSON }
            let answer = try await client.send(
                "POST", "/v1/notifications", ["to": .array(to), "template": "shipped", "data": ["orderId": 7]])
            #expect(answer.status == 202)
            #expect(answer.body["notifications"]?.array?.allSatisfy { $0["status"] == "pending" } == true)
            let texts = try await api.pool.query(
                "SELECT DISTINCT content -> 'overrides' -> 'sms' ->> 'body' FROM notifications")
            #expect(try texts.map { try $0.get(0, as: String.self) } == ["Order 7 på väg"])
        }
    }

    @Test func layoutAndPartialsAreThoseThatAreActiveNow() async throws {
        try await withTemplate { _, client in
            func put(_ name: String, _ html: String, layout: JSON? = nil) async throws {
                var body = JSONObject([
                    ("channels", ["email": ["default": ["subject": "S", "html": .string(html)]]])
                ])
                body.append("layout", layout)
                #expect(try await client.send("PUT", "/v1/templates/\(name)", .object(body)).status == 201)
            }
            func html() async throws -> JSON? {
                let answer = try await client.send(
                    "POST", "/v1/notifications",
                    ["to": ["email": "a@example.org"], "template": "letter", "data": ["name": "<A>"]])
                return answer.status == 202 ? answer.body["overrides"]?["email"]?["html"] : answer.body["errors"]
            }
            try await put("letter", "<p>{{name}}</p>{{> foot}}", layout: "shop")
            let missing = try await html()
            #expect(missing?.array?.map { $0["field"] } == ["template", "template"])
            try await put("shop", "<html>{{{content}}}</html>")
            try await put("foot", "<hr>")
            #expect(try await html() == "<html><p>&lt;A&gt;</p><hr></html>")
            try await put("foot", "<br>{{name}}")
            #expect(try await html() == "<html><p>&lt;A&gt;</p><br>&lt;A&gt;</html>")
        }
    }

    @Test func topicGetsTheVersionThatWasActiveWhenItWasPosted() async throws {
        try await withTemplate { api, client in
            let phone: JSON = ["phone": "+46701234567", "locale": "sv"]
            for user in ["ada", "bob"] { _ = try await client.send("PUT", "/v1/users/\(user)", phone) }
            _ = try await client.send("PUT", "/v1/topics/news", [:])
            let request: JSON = [
                "to": ["topic": "news"], "channels": ["sms"], "template": "shipped", "data": ["orderId": 7],
            ]
            #expect(try await client.send("POST", "/v1/notifications", request).status == 202)
            let other: JSON = ["channels": ["sms": ["default": ["body": "other"]]]]
            _ = try await client.send("PUT", "/v1/templates/shipped", other)
            let broadcast = try #require(try await BroadcastStore(pool: api.pool).unsettled(limit: 1).first)
            let draft = broadcast.draft(to: ["ada", "nobody", "bob"])
            let texts = try await api.planner.plans(draft, tenant: api.tenant, at: api.clock.now).map { plan in
                if case .accepted(let notification) = plan { notification.content.body } else { "rejected" }
            }
            #expect(texts == ["Order 7 på väg", "rejected", "Order 7 på väg"])
            let gone: JSON = ["to": ["topic": "news"], "template": "gone"]
            #expect(try await client.send("POST", "/v1/notifications", gone).fields == ["template invalid"])
        }
    }

    @Test func templateMayNotBeMadeOfTooMany() async throws {
        try await withTemplate { _, client in
            let partials = (0..<33).map { "{{> p\($0)}}" }.joined()
            let many: JSON = ["channels": ["sms": ["default": ["body": .string(partials)]]]]
            #expect(try await client.send("PUT", "/v1/templates/many", many).status == 201)
            let answer = try await client.send(
                "POST", "/v1/notifications", ["to": ["phone": "+46701234567"], "template": "many"])
            #expect(answer.fields == ["template tooMany"])
        }
    }
}
