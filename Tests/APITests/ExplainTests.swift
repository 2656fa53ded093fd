import Documents
import Foundation
import Notifications
import Postgres
import Queue
import TestSupport
import Testing

/// What is explained is what happens.
@Suite struct ExplainTests {
    /// What is set before, and the request.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var preferences: JSON = [:]
        var defaults: JSON = [:]
        /// E-mails that the user had before.
        var earlier = 0
        var isTest = false
        var request: JSON

        var testDescription: String { name }
    }

    private static let user: JSON = ["userId": "u42"]

    static let cases = [
        Case(name: "all goes", request: ["to": user, "title": "T"]),
        Case(name: "some channels", request: ["to": user, "title": "T", "channels": ["email", "push", "inApp"]]),
        Case(
            name: "turned off",
            preferences: ["types": ["transactional": ["email": false, "inApp": false]]],
            request: ["to": user, "title": "T"]),
        Case(
            name: "off for all", defaults: ["categories": ["weekly": ["sms": false]]],
            request: ["to": [user, ["phone": "+46709999999"]], "title": "T", "category": "weekly"]),
        Case(
            name: "quiet", preferences: ["quietHours": .quietNow(["sms", "inApp"])],
            request: ["to": user, "title": "T"]),
        Case(
            name: "quiet and it expires", preferences: ["quietHours": .quietNow(["sms"])],
            request: ["to": user, "title": "T", "expiresIn": "1s"]),
        Case(name: "scheduled", request: ["to": user, "title": "T", "sendAt": "2120-01-01T00:00:00Z"]),
        Case(
            name: "too much", defaults: ["limits": ["email": ["count": 1, "per": "1h"]]], earlier: 1,
            request: ["to": user, "title": "T"]),
        Case(
            name: "too much for some", defaults: ["limits": ["email": ["count": 1, "per": "1h"]]],
            request: ["to": [user, user, ["email": "b@example.org"]], "title": "T"]),
        Case(
            name: "too much that waits",
            defaults: ["limits": ["email": ["count": 1, "per": "1h"]], "overLimit": "defer"], earlier: 1,
            request: ["to": user, "title": "T"]),
        Case(
            name: "of a template",
            request: [
                "to": user, "template": "shipped", "data": ["id": 7], "channels": ["email", "sms", "push"],
                "title": "T",
            ]),
        Case(
            name: "by a plan",
            request: [
                "to": user, "title": "T",
                "plan": [
                    ["channels": ["inApp", "push"]], ["channels": ["email"], "after": "10m", "unless": "read"],
                    ["channels": ["sms"], "after": "1h"],
                ],
            ]),
        Case(
            name: "by a plan into quiet hours", preferences: ["quietHours": .quietNow(["sms"])],
            request: [
                "to": user, "title": "T",
                "plan": [["channels": ["push"]], ["channels": ["sms"], "after": "1m", "unless": "sent"]],
            ]),
        Case(name: "by the recipient's clock", request: ["to": user, "title": "T", "sendAt": ["localTime": "09:00"]]),
        Case(
            name: "critical", preferences: ["quietHours": .quietNow(["sms", "inApp"])],
            request: ["to": user, "title": "T", "priority": "critical"]),
        Case(name: "with a test key", isTest: true, request: ["to": user, "title": "T"]),
        Case(name: "unknown user", request: ["to": ["userId": "nobody"], "title": "T"]),
        Case(name: "unknown among others", request: ["to": [user, ["userId": "nobody"]], "title": "T"]),
        Case(
            name: "suppressed", request: ["to": ["email": "dead@example.org", "phone": "+46701111111"], "title": "T"]),
        Case(
            name: "unsubscribed", request: ["to": ["email": "no@example.org"], "title": "T", "type": "marketing"]),
        Case(name: "unsubscribed from other things", request: ["to": ["email": "no@example.org"], "title": "T"]),
    ]

    @Test(arguments: ExplainTests.cases)
    func whatIsExplainedIsWhatHappens(sample: Case) async throws {
        try await withAPI { api in
            try await prepare(sample, api, api.client(scopes: [.send, .read, .admin]))
            let client = try await api.client(isTest: sample.isTest)
            let request = sample.requestOfToday
            let (before, start) = (try await api.rows(), Date())
            let explained = try await client.send("POST", "/v1/notifications/explain", .object(request))
            #expect(explained.status == 200, "\(explained.body.text)")
            #expect(try await api.rows() == before, "nothing is written")
            let answer = try await client.send("POST", "/v1/notifications", .object(request))
            let recipients = try #require(explained.body["recipients"]?.array)
            let elapsed = Date().timeIntervalSince(start)
            let outcomes = try await outcomes(of: answer, client, api)
            try #require(recipients.count == outcomes.count)
            for (explained, outcome) in zip(recipients, outcomes) {
                expect(explained, outcome, isTest: sample.isTest, laterBy: elapsed)
            }
        }
    }

    private func prepare(_ sample: Case, _ api: TestAPI, _ client: Client) async throws {
        _ = try await client.send(
            "PUT", "/v1/users/u42",
            [
                "email": "a@example.org", "phone": "+46701234567",
                "devices": [["id": "d1", "route": "push.fcm", "token": "t"]],
            ])
        let user = try await client.send("PUT", "/v1/users/u42/preferences", sample.preferences)
        let tenant = try await client.send("PUT", "/v1/preferences", sample.defaults)
        #expect((user.status, tenant.status) == (200, 200))
        let template: JSON = [
            "email": ["default": ["subject": "Order {{id}}"]], "sms": ["default": ["body": "{{id}}"]],
        ]
        _ = try await client.send("PUT", "/v1/templates/shipped", ["channels": template])
        let store = SuppressionStore(pool: api.pool)
        try await store.suppress("dead@example.org", on: .email, tenant: api.tenant, reason: .bounced)
        try await store.suppress("no@example.org", on: .email, tenant: api.tenant, reason: .unsubscribed)
        for _ in 0..<sample.earlier {
            _ = try await client.post(["to": Self.user, "channels": ["email"], "title": "Earlier"])
        }
    }

    /// What became of a recipient.
    private struct Outcome {
        /// Its document, or the problem that it met.
        var document: JSON
        /// When each of its routes is worked on.
        var due: [String: Date] = [:]
    }

    private func outcomes(of answer: Client.Answer, _ client: Client, _ api: TestAPI) async throws -> [Outcome] {
        if answer.status != 202 { return (answer.body["errors"]?.array ?? []).map { Outcome(document: ["error": $0]) } }
        var outcomes: [Outcome] = []
        for entry in answer.body["notifications"]?.array ?? [answer.body] {
            guard let text = entry["id"]?.string else {
                outcomes.append(Outcome(document: entry))
                continue
            }
            let id = try #require(UUID(uuidString: text))
            let rows = try await api.pool.query(
                "SELECT route, not_before FROM deliveries WHERE notification_id = \(id)")
            let due = Dictionary(
                uniqueKeysWithValues: try rows.map { (try $0.get(0, as: String.self), try $0.get(1, as: Date.self)) })
            try await suppress(id, api)
            let document = try await client.send("GET", "/v1/notifications/\(text)").body
            outcomes.append(Outcome(document: document, due: due))
        }
        return outcomes
    }

    /// Lets go what a worker would be told of addresses that are suppressed.
    private func suppress(_ id: UUID, _ api: TestAPI) async throws {
        let permits = PermitStore(pool: api.pool, timing: DeliveryTiming(), maximumAttempts: 5)
        let (answers, _) = try await permits.take([id], route: .email, provider: "first", suspects: 0)
        switch answers[id] {
        case .over(let permit, let status, let failure) where status == .skipped:
            _ = try await OutcomeRecorder(pool: api.pool).record([
                AttemptRecord(
                    permit: permit, decision: .settle(status, deadLetter: false),
                    result: RouteResult(permit, over: status, failure, at: Date()), outcome: nil)
            ])
        default: break
        }
    }

    /// - Parameter elapsed: seconds at most from when it was explained until it happened.
    private func expect(_ explained: JSON, _ outcome: Outcome, isTest: Bool, laterBy elapsed: TimeInterval) {
        let happened = outcome.document
        if let error = happened["error"] {
            #expect(explained["decision"] == "reject")
            #expect(explained["error"]?["field"] == error["field"])
            #expect(explained["error"]?["code"] == error["code"])
            return
        }
        let channels = explained["channels"]?.object?.members ?? []
        let states = happened["channels"]?.object?.members ?? []
        #expect(channels.map(\.name) == states.map(\.name))
        for (channel, state) in zip(channels, states) {
            let status = state.value["status"]?.string ?? ""
            let reason = channel.value["reason"]
            let label = "\(channel.name): \(channel.value.text) \(state.value.text)"
            switch channel.value["decision"] {
            case "skip":
                #expect(status == "skipped", "\(label)")
                #expect(reason == state.value["error"], "\(label)")
            case "defer":
                #expect(status == "scheduled", "\(label)")
                #expect(reason?["code"] == state.value["error"]?["code"], "\(label)")
                #expect(elapsed.covers(reason?["until"]?.date, state.value["error"]?["until"]?.date), "\(label)")
            case "send":
                #expect(["pending", "unread", "scheduled", "processing"].contains(status), "\(label)")
                #expect(reason == nil && state.value["error"]?.isNull == true, "\(label)")
            default: Issue.record("\(label)")
            }
            if channel.value["decision"] == "skip" { continue }
            let due = outcome.due.filter { Route(rawValue: $0.key)?.channel.rawValue == channel.name }
            let routes = channel.value["routes"]?.object?.members ?? []
            #expect(Set(routes.map(\.name)) == Set(due.keys), "\(label)")
            for route in routes {
                #expect(elapsed.covers(channel.value["at"]?.date, due[route.name]), "\(label)")
                let provider = ["email": "first", "push.fcm": "second"][route.name]
                let isSimulated = isTest && provider != nil
                #expect(route.value["provider"] == (isSimulated ? "simulator" : JSON(provider)), "\(label)")
            }
            if due.isEmpty {
                #expect(elapsed.covers(channel.value["at"]?.date, happened["createdAt"]?.date), "\(label)")
            }
        }
    }
}

extension ExplainTests.Case {
    /// With a `sendAt` that is soon, whenever the tests run.
    fileprivate var requestOfToday: JSONObject {
        var request = request.object ?? JSONObject()
        switch request["sendAt"] {
        case .string: request["sendAt"] = JSON(Date().addingTimeInterval(86_400))
        case .object:
            let soon = Timestamp.text(Date().addingTimeInterval(6 * 3600))
            request["sendAt"] = ["localTime": .string(String(soon.dropFirst(11).prefix(5)))]
        default: break
        }
        return request
    }
}

extension TimeInterval {
    /// Whether what was foreseen is what was done, so much later at most. The clocks may be a second apart.
    fileprivate func covers(_ foreseen: Date?, _ done: Date?) -> Bool {
        guard let foreseen, let done else { return foreseen == nil && done == nil }
        return (-1...self + 1).contains(done.timeIntervalSince(foreseen))
    }
}
