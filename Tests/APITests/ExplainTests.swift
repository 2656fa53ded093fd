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
            let client = try await api.client(scopes: [.send, .read, .admin])
            try await prepare(sample, api, client)
            var request = sample.request.object ?? JSONObject()
            if request["sendAt"] != nil { request["sendAt"] = JSON(Date().addingTimeInterval(86_400)) }
            let before = try await api.rows()
            let explained = try await client.send("POST", "/v1/notifications/explain", .object(request))
            #expect(explained.status == 200, "\(explained.body.text)")
            #expect(try await api.rows() == before, "nothing is written")
            let answer = try await client.send("POST", "/v1/notifications", .object(request))
            let recipients = try #require(explained.body["recipients"]?.array)
            let happened = try await happened(answer, client, api)
            try #require(recipients.count == happened.count)
            for (explained, happened) in zip(recipients, happened) { expect(explained, happened) }
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
        let store = SuppressionStore(pool: api.pool)
        try await store.suppress("dead@example.org", on: .email, tenant: api.tenant, reason: .bounced)
        try await store.suppress("no@example.org", on: .email, tenant: api.tenant, reason: .unsubscribed)
        for _ in 0..<sample.earlier {
            _ = try await client.post(["to": Self.user, "channels": ["email"], "title": "Earlier"])
        }
    }

    /// For each recipient its document, or the problem that it met.
    private func happened(_ answer: Client.Answer, _ client: Client, _ api: TestAPI) async throws -> [JSON] {
        if answer.status != 202 { return (answer.body["errors"]?.array ?? []).map { ["error": $0] } }
        var documents: [JSON] = []
        for entry in answer.body["notifications"]?.array ?? [answer.body] {
            guard let id = entry["id"]?.string else {
                documents.append(entry)
                continue
            }
            try await suppress(try #require(UUID(uuidString: id)), api)
            documents.append(try await client.send("GET", "/v1/notifications/\(id)").body)
        }
        return documents
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

    private func expect(_ explained: JSON, _ happened: JSON) {
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
            case "send":
                #expect(["pending", "unread", "scheduled", "processing"].contains(status), "\(label)")
                #expect(reason == nil && state.value["error"]?.isNull == true, "\(label)")
            default: Issue.record("\(label)")
            }
        }
    }
}
