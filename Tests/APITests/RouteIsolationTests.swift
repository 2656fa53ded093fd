import API
import Documents
import Foundation
import HTTPTypes
import Notifications
import Postgres
import Testing

/// Two tenants on every route that there is: whoever adds a route says here what it shows to a stranger.
@Suite struct RouteIsolationTests {
    /// What stands in all that the owner has.
    private static let canary = "canary"

    /// What a tenant gets on a route with the names of what is another's.
    private enum Expectation {
        /// 404, whatever is sent along.
        case notFound
        /// Whatever it has itself by that name, which is nothing or what it makes here.
        case onesOwn
        /// What all tenants share, for operators.
        case shared
    }

    private struct Case {
        var expectation: Expectation
        var path: String
        var body: JSON?

        init(_ expectation: Expectation, _ path: String, _ body: JSON? = nil) {
            (self.expectation, self.path, self.body) = (expectation, path, body)
        }
    }

    @Test func strangerGetsNothingOfAnothersOnAnyRoute() async throws {
        try await withAPI { api in
            let owner = try await api.client(scopes: Set(Scope.allCases))
            let stranger = try await api.client(tenant: "stranger", scopes: Set(Scope.allCases))
            let belongings = try await Belongings(of: owner, api)
            let before = try await belongings.view(by: owner)
            for place in before { #expect(place.contains(Self.canary), "\(place)") }
            let cases = Self.cases(belongings)
            let routes = api.server.routes.filter { $0.scope != nil }
            for route in routes {
                let name = "\(route.method.rawValue) \(route.path)"
                guard let expected = cases[name] else {
                    Issue.record("\(name) has no case: what does it show to a stranger?")
                    continue
                }
                #expect((expected.expectation == .shared) == (route.scope == .operator), "\(name)")
                // Open without end; streams have a test of their own.
                if route.scope == .stream { continue }
                let answer = try await stranger.send(route.method.rawValue, expected.path, expected.body)
                #expect(answer.status != 403 && answer.status < 500, "\(name) \(answer.body.text)")
                if expected.expectation == .notFound { #expect(answer.status == 404, "\(name) \(answer.body.text)") }
                // A problem repeats the path, and an explanation whom it was asked about.
                var body = answer.body.object ?? JSONObject()
                body["instance"] = nil
                if expected.expectation != .shared {
                    let said = JSON.object(body).text.replacing("\"\(belongings.user)\"", with: "")
                    #expect(!said.contains(Self.canary), "\(name) \(answer.body.text)")
                }
            }
            let left = Set(cases.keys).subtracting(routes.map { "\($0.method.rawValue) \($0.path)" })
            #expect(left.isEmpty, "there are no such routes: \(left.sorted())")
            #expect(try await belongings.view(by: owner) == before, "all is as it was")
        }
    }

    /// By method and path.
    private static func cases(_ owner: Belongings) -> [String: Case] {
        let notification = "/v1/notifications/\(owner.notification)"
        let user = "/v1/users/\(owner.user)"
        let key = "/v1/keys/\(owner.key)"
        let webhook = "/v1/webhooks/\(owner.webhook)"
        let suppression = "/v1/suppressions/email/\(canary)%40example.org"
        let topic = "/v1/topics/\(canary)"
        let template = "/v1/templates/\(canary)"
        let device: JSON = ["route": "push.fcm", "token": "t"]
        let send: JSON = ["to": ["userId": .string(owner.user)], "channels": ["email"], "title": "x"]
        return [
            "POST /v1/notifications": Case(.onesOwn, "/v1/notifications", send),
            "POST /v1/notifications/batch": Case(.onesOwn, "/v1/notifications/batch", ["notifications": [send]]),
            "POST /v1/notifications/explain": Case(.onesOwn, "/v1/notifications/explain", send),
            "POST /v1/notifications/{id}/retry": Case(.notFound, notification + "/retry"),
            "GET /v1/users/{id}/preferences": Case(.onesOwn, user + "/preferences"),
            "PUT /v1/users/{id}/preferences": Case(.onesOwn, user + "/preferences", [:]),
            "GET /v1/preferences": Case(.onesOwn, "/v1/preferences"),
            "PUT /v1/preferences": Case(.onesOwn, "/v1/preferences", [:]),
            "GET /v1/templates": Case(.onesOwn, "/v1/templates"),
            "PUT /v1/templates/{name}": Case(
                .onesOwn, "/v1/templates/mine", ["channels": ["push": ["default": ["title": "x"]]]]),
            "GET /v1/templates/{name}": Case(.notFound, template),
            "DELETE /v1/templates/{name}": Case(.notFound, template),
            "GET /v1/templates/{name}/versions": Case(.notFound, template + "/versions"),
            "POST /v1/templates/{name}/activate": Case(.notFound, template + "/activate", ["version": 1]),
            "POST /v1/templates/{name}/preview": Case(.notFound, template + "/preview", [:]),
            "GET /v1/events": Case(.onesOwn, "/v1/events"), "GET /v1/stats": Case(.onesOwn, "/v1/stats"),
            "GET /v1/notifications": Case(.onesOwn, "/v1/notifications?userId=\(owner.user)"),
            "GET /v1/notifications/{id}": Case(.notFound, notification),
            "GET /v1/notifications/{id}/events": Case(.notFound, notification + "/events"),
            "POST /v1/notifications/{id}/cancel": Case(.notFound, notification + "/cancel"),
            "POST /v1/notifications/cancel": Case(
                .onesOwn, "/v1/notifications/cancel", ["cancellationKey": .string(canary)]),
            "PATCH /v1/notifications/{id}/read": Case(.notFound, notification + "/read"),
            "PATCH /v1/notifications/{id}/archive": Case(.notFound, notification + "/archive"),
            "PATCH /v1/notifications/{id}/unarchive": Case(.notFound, notification + "/unarchive"),
            "GET /v1/users": Case(.onesOwn, "/v1/users"), "GET /v1/users/{id}": Case(.notFound, user),
            "GET /v1/users/{id}/devices": Case(.notFound, user + "/devices"),
            "PUT /v1/users/{id}/devices/{deviceId}": Case(.notFound, user + "/devices/phone", device),
            "DELETE /v1/users/{id}/devices/{deviceId}": Case(.notFound, user + "/devices/phone"),
            "GET /v1/users/{id}/inbox": Case(.onesOwn, user + "/inbox"),
            "POST /v1/users/{id}/inbox/read-all": Case(.onesOwn, user + "/inbox/read-all"),
            "PUT /v1/users/{id}": Case(.onesOwn, "/v1/users/u42", ["email": "mine@example.org"]),
            "GET /v1/users/{id}/topics": Case(.onesOwn, user + "/topics"),
            "GET /v1/topics": Case(.onesOwn, "/v1/topics"),
            "PUT /v1/topics/{name}": Case(.onesOwn, "/v1/topics/mine", ["description": "x"]),
            "GET /v1/topics/{name}": Case(.notFound, topic), "DELETE /v1/topics/{name}": Case(.notFound, topic),
            "GET /v1/topics/{name}/subscribers": Case(.notFound, topic + "/subscribers"),
            "PUT /v1/topics/{name}/subscribers": Case(.notFound, topic + "/subscribers", ["userIds": ["u"]]),
            "DELETE /v1/topics/{name}/subscribers": Case(.notFound, topic + "/subscribers", ["userIds": ["u"]]),
            "DELETE /v1/topics/{name}/subscribers/{userId}": Case(
                .notFound, topic + "/subscribers/\(owner.user)"),
            "GET /v1/broadcasts": Case(.onesOwn, "/v1/broadcasts"),
            "GET /v1/broadcasts/{id}": Case(.notFound, "/v1/broadcasts/\(owner.broadcast)"),
            "POST /v1/broadcasts/{id}/cancel": Case(.notFound, "/v1/broadcasts/\(owner.broadcast)/cancel"),
            "DELETE /v1/users/{id}": Case(.notFound, user),
            "POST /v1/users/bulk": Case(
                .onesOwn, "/v1/users/bulk", ["users": [["userId": "u43", "email": "x@example.org"]]]),
            "GET /v1/events/stream": Case(.onesOwn, "/v1/events/stream"),
            "GET /v1/dead-letters": Case(.onesOwn, "/v1/dead-letters"),
            "POST /v1/dead-letters/redrive": Case(.onesOwn, "/v1/dead-letters/redrive", ["all": true]),
            "GET /v1/suppressions/{channel}/{address}": Case(.notFound, suppression),
            "PUT /v1/suppressions/{channel}/{address}": Case(.onesOwn, "/v1/suppressions/email/x%40example.org"),
            "DELETE /v1/suppressions/{channel}/{address}": Case(.notFound, suppression),
            "GET /v1/keys": Case(.onesOwn, "/v1/keys"),
            "POST /v1/keys": Case(.onesOwn, "/v1/keys", ["name": "x", "scopes": ["read"]]),
            "POST /v1/keys/{id}/rotate": Case(.notFound, key + "/rotate", [:]),
            "DELETE /v1/keys/{id}": Case(.notFound, key),
            "GET /v1/webhooks": Case(.onesOwn, "/v1/webhooks"),
            "POST /v1/webhooks": Case(.onesOwn, "/v1/webhooks", ["url": "https://example.org/mine"]),
            "GET /v1/webhooks/{id}": Case(.notFound, webhook),
            "PUT /v1/webhooks/{id}": Case(.notFound, webhook, ["url": "https://example.org/mine"]),
            "DELETE /v1/webhooks/{id}": Case(.notFound, webhook),
            "POST /v1/webhooks/{id}/rotate": Case(.notFound, webhook + "/rotate", [:]),
            "POST /v1/webhooks/{id}/test": Case(.notFound, webhook + "/test"),
            "POST /v1/webhooks/{id}/replay": Case(.notFound, webhook + "/replay", ["since": "2026-11-21T00:00:00Z"]),
            "GET /v1/queues": Case(.shared, "/v1/queues"), "GET /v1/queues/{route}": Case(.shared, "/v1/queues/email"),
            "POST /v1/queues/{route}/pause": Case(.shared, "/v1/queues/sms/pause"),
            "POST /v1/queues/{route}/resume": Case(.shared, "/v1/queues/sms/resume"),
            "POST /v1/queues/{route}/rebuild": Case(.shared, "/v1/queues/sms/rebuild"),
            "GET /v1/providers": Case(.shared, "/v1/providers"),
            "PUT /v1/providers/{name}/limits": Case(
                .shared, "/v1/providers/second/limits", ["route": "email", "maxConcurrent": 5]),
        ]
    }

    /// Something of a tenant's for every kind of name that a path can have.
    private struct Belongings {
        let notification: String
        let user = "\(canary)-user"
        let key: String
        let webhook: String
        let broadcast: String

        init(of owner: Client, _ api: TestAPI) async throws {
            let put = try await owner.send(
                "PUT", "/v1/users/\(user)",
                [
                    "email": .string("\(canary)@example.org"),
                    "devices": [["id": "phone", "route": "push.fcm", "token": .string(canary)]],
                ])
            try #require(put.status == 201)
            notification = try await owner.post([
                "to": ["userId": .string(user)], "channels": ["inApp", "email"], "title": .string(canary),
                "cancellationKey": .string(canary),
            ])
            let made = try await owner.send("POST", "/v1/keys", ["name": .string(canary), "scopes": ["read"]])
            key = try #require(made.body["id"]?.string)
            let hook = try await owner.send(
                "POST", "/v1/webhooks", ["url": .string("https://example.org/\(canary)")])
            webhook = try #require(hook.body["id"]?.string, "\(hook.body.text)")
            _ = try await owner.send(
                "PUT", "/v1/templates/\(canary)",
                ["channels": ["push": ["default": ["title": .string(canary)]]]])
            _ = try await owner.send("PUT", "/v1/topics/\(canary)", ["description": .string(canary)])
            let subscribed = try await owner.send(
                "PUT", "/v1/topics/\(canary)/subscribers", ["userIds": [.string(user)]])
            try #require(subscribed.status == 200, "\(subscribed.body.text)")
            broadcast = try await owner.post(["to": ["topic": .string(canary)], "title": .string(canary)])
            _ = try await owner.send("PUT", "/v1/suppressions/email/\(canary)%40example.org")
            try await api.pool.query(
                """
                INSERT INTO dead_letters (notification_id, route, tenant, round, attempts, provider, reason)
                VALUES (\(UUID(uuidString: notification)), 'sms', \(api.tenant), 1, 1, \(canary), '{"code":"x"}')
                """)
        }

        /// All of it, as its owner sees it.
        func view(by owner: Client) async throws -> [String] {
            var view: [String] = []
            for path in [
                "/v1/notifications/\(notification)", "/v1/users/\(user)", "/v1/users/\(user)/devices",
                "/v1/users/\(user)/inbox", "/v1/keys", "/v1/webhooks/\(webhook)", "/v1/dead-letters",
                "/v1/suppressions/email/\(canary)%40example.org", "/v1/topics/\(canary)",
                "/v1/topics/\(canary)/subscribers", "/v1/broadcasts/\(broadcast)", "/v1/templates/\(canary)",
            ] {
                let answer = try await owner.send("GET", path)
                #expect(answer.status == 200, "\(path)")
                // Uses of the owner's own key are kept.
                view.append(path + answer.body.text.replacing(/"lastUsedAt":"[^"]*"/, with: ""))
            }
            return view
        }
    }
}
