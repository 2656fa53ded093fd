import Notifications
import Postgres
import Testing

struct TemplateEndpointTests {
    private static let shipped: JSON = [
        "channels": [
            "push": [
                "default": ["title": "Shipped", "body": "Order {{orderId}}"],
                "sv": ["body": "Order {{orderId}} är på väg"],
            ],
            "email": ["default": ["subject": "Order {{orderId}}", "html": "<p>Hello {{recipient.name}}</p>"]],
        ], "sample": ["orderId": "8812", "recipient": ["name": "Ada"]],
    ]

    @Test func templateIsPutShownListedAndRemoved() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let path = "/v1/templates/order-shipped"
            let first = try await client.send("PUT", path, Self.shipped)
            #expect(first.status == 201)
            #expect([first.body["name"], first.body["version"], first.body["active"]] == ["order-shipped", 1, true])
            #expect(first.body["channels"] == Self.shipped["channels"])
            #expect(try await client.send("PUT", path, Self.shipped).status == 200, "nothing is new")
            var next = try #require(Self.shipped.object)
            next["activate"] = false
            next["sample"] = nil
            let second = try await client.send("PUT", path, .object(next))
            #expect(second.status == 201)
            #expect([second.body["version"], second.body["active"], second.body["activate"]] == [2, false, nil])
            #expect(try await client.send("GET", path).body == first.body)
            #expect(try await client.send("GET", "\(path)?version=2").body == second.body)
            #expect(try await client.send("POST", "\(path)/activate", ["version": 2]).status == 204)
            let list = try await client.send("GET", "/v1/templates").body
            #expect(list["items"]?.array?.map { $0["version"] } == [2])
            #expect(list["items"]?.array?.first?["channels"] == ["push", "email"])
            let versions = try await client.send("GET", "\(path)/versions?limit=1").body
            #expect(versions["items"]?.array?.map { $0["version"] } == [2])
            let after = try #require(versions["next"]?.string)
            let rest = try await client.send("GET", "\(path)/versions?after=\(after)").body
            #expect(rest["items"]?.array?.map { $0["version"] } == [1])
            #expect(rest["next"] == .null)
            #expect(try await client.send("DELETE", path).status == 204)
            #expect(try await client.send("DELETE", path).status == 404)
            #expect(try await client.send("GET", path).status == 404)
            #expect(try await client.send("GET", "\(path)/versions").status == 404)
        }
    }

    @Test func whatIsWrongWithATemplateIsNamedAndNothingIsKept() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let answer = try await client.send(
                "PUT", "/v1/templates/t",
                [
                    "channels": [
                        "email": ["sv": ["subject": "a\nb", "html": "<a href={{x}}>", "colour": "red", "text": 7]],
                        "push": ["default": ["body": "{{#x}}", "badge": "many", "link": "{{link}}"]],
                        "sms": ["default": ["text": "x"]],
                    ], "activate": "yes",
                ])
            #expect(answer.status == 422)
            #expect(
                answer.fields.sorted() == [
                    "activate wrongType", "channels.email.sv.colour unknown", "channels.email.sv.html invalid",
                    "channels.email.sv.subject invalid", "channels.email.sv.text wrongType",
                    "channels.push.default.body invalid", "channels.sms.default.text unknown",
                ])
            #expect(answer.body.text.contains("line 1, column 9: a value may stand between tags"))
            #expect(try await api.rows() == 0)
            #expect(try await client.send("PUT", "/v1/templates/a%2Fb", Self.shipped).fields == ["name invalid"])
            let long = JSON.string(String(repeating: "x", count: 256 << 10))
            let large = try await client.send(
                "PUT", "/v1/templates/t", ["channels": ["sms": ["default": ["body": long]]]])
            #expect(large.code == "bodyTooLarge")
            #expect(try await api.rows() == 0)
        }
    }

    @Test func previewShowsWhatWouldBeSaidOrWhatIsMissing() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let path = "/v1/templates/order-shipped"
            #expect(try await client.send("POST", "\(path)/preview", [:]).status == 404)
            _ = try await client.send("PUT", path, Self.shipped)
            let rows = try await api.rows()
            let sample = try await client.send("POST", "\(path)/preview", [:])
            #expect(sample.status == 200)
            #expect(
                sample.body == [
                    "name": "order-shipped", "version": 1,
                    "channels": [
                        "push": ["title": "Shipped", "body": "Order 8812"],
                        "email": ["subject": "Order 8812", "html": "<p>Hello Ada</p>"],
                    ], "problems": [],
                ])
            let own = try await client.send(
                "POST", "\(path)/preview",
                ["data": ["orderId": 1], "recipient": ["locale": "sv-FI"], "channels": ["push", "email", "sms"]])
            #expect(own.body["channels"] == ["push": ["body": "Order 1 är på väg"]])
            let problems = own.body["problems"]?.array?.map { [$0["channel"]?.string, $0["field"]?.string] }
            #expect(problems == [["email", "recipient.name"], ["sms", "template"]])
            let bad = try await client.send("POST", "\(path)/preview", ["channels": ["fax"], "colour": "red"])
            #expect(bad.fields == ["colour unknown", "channels[0] invalid"])
            #expect(try await client.send("POST", "\(path)/preview", ["version": 2]).status == 404)
            #expect(try await api.rows() == rows)
        }
    }

    @Test func activationNeedsAVersionThatIsThere() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let path = "/v1/templates/order-shipped/activate"
            #expect(try await client.send("POST", path, ["version": 1]).status == 404)
            #expect(try await client.send("POST", path, [:]).fields == ["version missing"])
            #expect(try await client.send("POST", path, ["version": 0]).fields == ["version invalid"])
        }
    }

    @Test func templateOfAnotherTenantIsNotThere() async throws {
        try await withAPI { api in
            let (owner, stranger) = (try await api.client(), try await api.client(tenant: "stranger"))
            let path = "/v1/templates/order-shipped"
            _ = try await owner.send("PUT", path, Self.shipped)
            for (method, suffix, body) in [
                ("GET", "", nil), ("GET", "/versions", nil), ("GET", "?version=1", nil), ("DELETE", "", nil),
                ("POST", "/activate", ["version": 1]), ("POST", "/preview", [:]),
            ] as [(String, String, JSON?)] {
                let answer = try await stranger.send(method, path + suffix, body)
                #expect(answer.status == 404, "\(method) \(suffix)")
            }
            #expect(try await stranger.send("GET", "/v1/templates").body["items"] == [])
            let sent = try await stranger.send(
                "POST", "/v1/notifications", ["to": ["email": "a@example.org"], "template": "order-shipped"])
            #expect(sent.fields == ["template invalid"])
            #expect(try await owner.send("GET", path).status == 200)
        }
    }
}
