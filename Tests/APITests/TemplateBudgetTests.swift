import Documents
import Notifications
import Testing

@testable import API

/// What templates may take is for a whole request, whoever and however many it is for.
struct TemplateBudgetTests {
    /// Room for two texts of a hundred bytes, and not for a third.
    private func withTemplate(_ body: (TestAPI, Client) async throws -> Void) async throws {
        try await withAPI(configure: { $0.maximumExpandedBytes = 250 }) { api in
            let client = try await api.client()
            let text = JSON.string(String(repeating: "x", count: 100))
            let template: JSON = ["channels": ["inApp": ["default": ["body": text]]]]
            try #require(try await client.send("PUT", "/v1/templates/letter", template).status == 201)
            try await body(api, client)
        }
    }

    private static func letter(_ to: JSON) -> JSON { ["to": to, "channels": ["inApp"], "template": "letter"] }

    @Test func itemsOfABatchShareOne() async throws {
        try await withTemplate { api, client in
            let items = ["a", "b", "c"].map { Self.letter(["userId": .string($0)]) }
            let answer = try await client.send("POST", "/v1/notifications/batch", ["notifications": .array(items)])
            let entries = try #require(answer.body["notifications"]?.array)
            #expect(entries.map { $0["errors"]?.array?[0]["field"] } == [nil, nil, "template"])
            #expect(entries[2]["errors"]?.array?[0]["code"] == "tooLong")
            #expect(try await client.send("POST", "/v1/notifications", items[2]).status == 202)
        }
    }

    @Test func recipientsOfAListShareOne() async throws {
        try await withTemplate { api, client in
            let answer = try await client.send(
                "POST", "/v1/notifications", Self.letter([["userId": "a"], ["userId": "b"], ["userId": "c"]]))
            let entries = try #require(answer.body["notifications"]?.array)
            #expect(entries.map { $0["error"]?["code"] } == [nil, nil, "tooLong"])
        }
    }

    /// Nobody is told, so that nobody may be left out: a smaller page has room.
    @Test func pageOfABroadcastIsRefusedAsAWhole() async throws {
        try await withTemplate { api, client in
            _ = try await client.send("PUT", "/v1/topics/news", [:])
            _ = try await client.send("POST", "/v1/notifications", Self.letter(["topic": "news"]))
            let broadcast = try #require(try await BroadcastStore(pool: api.pool).unsettled(limit: 1).first)
            func plans(_ users: [String]) async throws -> [RecipientPlan] {
                try await api.planner.plans(broadcast.draft(to: users), tenant: api.tenant, at: api.clock.now)
            }
            await #expect(throws: TooManyAtOnce()) { _ = try await plans(["a", "b", "c"]) }
            #expect(try await plans(["a", "b"]).notifications.count == 2)
            #expect(try await plans(["c"]).notifications.count == 1)
        }
    }

    @Test func whatIsTooLargeForOneIsRejectedForIt() async throws {
        try await withAPI(configure: { $0.maximumExpandedBytes = 250 }) { api in
            let client = try await api.client()
            let text = JSON.string("{{#list}}" + String(repeating: "x", count: 100) + "{{/list}}")
            let template: JSON = ["channels": ["inApp": ["default": ["body": text]]]]
            _ = try await client.send("PUT", "/v1/templates/letter", template)
            _ = try await client.send("PUT", "/v1/topics/news", [:])
            var request = try #require(Self.letter(["topic": "news"]).object)
            request["data"] = ["list": [1, 2]]
            let id = try await client.post(.object(request))
            var broadcast = try #require(try await BroadcastStore(pool: api.pool).unsettled(limit: 1).first)
            #expect(broadcast.id.text == id)
            request["data"] = ["list": [1, 2, 3]]
            broadcast.request = .object(request)
            let plans = try await api.planner.plans(broadcast.draft(to: ["a"]), tenant: api.tenant, at: api.clock.now)
            #expect(plans.count == 1)
            guard case .rejected(let problem) = plans.first else {
                Issue.record("it was planned")
                return
            }
            #expect(problem.field == "template" && problem.code == .tooLong)
        }
    }
}
