import API
import Documents
import Foundation
import Notifications
import Postgres
import Queue
import TestSupport
import Testing

@Suite struct WebhookEndpointTests {
    private static let terms: JSON = [
        "url": "https://example.org/hook", "description": "Support desk", "events": ["notification.failed"],
        "channels": ["email", "sms"],
    ]

    @Test func endpointIsMadeShownChangedAndForgotten() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.admin])
            let made = try await client.send("POST", "/v1/webhooks", Self.terms)
            #expect(made.status == 201 && made.headers["cache-control"] == "no-store")
            let secret = try #require(made.body["secret"]?.string)
            let bytes = try #require(Data(base64Encoded: String(secret.dropFirst("whsec_".count))))
            #expect(secret.hasPrefix("whsec_") && bytes.count == 32)
            let path = "/v1/webhooks/\(made.body["id"]?.string ?? "")"

            let shown = try await client.send("GET", path)
            #expect(shown.status == 200 && shown.body["secret"] == nil)
            for member in Self.terms.object?.members ?? [] { #expect(shown.body[member.name] == member.value) }
            #expect(shown.body["enabled"] == true && shown.body["failingSince"] == JSON.null)
            let list = try await client.send("GET", "/v1/webhooks")
            #expect(list.body == ["items": [shown.body], "next": nil])

            let changed = try await client.send("PUT", path, ["url": "https://example.org/other", "enabled": false])
            #expect(changed.status == 200 && changed.body["events"] == [] && changed.body["description"] == JSON.null)
            #expect(changed.body["enabled"] == false && changed.body["disabledReason"] == "owner")
            let kept = try await client.send("PUT", path, ["url": "https://example.org/other"])
            #expect(kept.body["enabled"] == false, "it stays as it is where nothing is said of it")
            #expect(
                try await client.send("PUT", path, ["url": "https://example.org/o", "enabled": true]).body["enabled"]
                    == true)

            #expect(try await client.send("DELETE", path).status == 204)
            for (method, path, body) in [
                ("GET", path, nil), ("DELETE", path, nil), ("PUT", path, Self.terms), ("POST", path + "/test", nil),
                ("POST", path + "/rotate", [:]), ("POST", path + "/replay", ["since": "2026-11-21T00:00:00Z"]),
            ] as [(String, String, JSON?)] {
                #expect(try await client.send(method, path, body).status == 404, "\(method) \(path)")
            }
        }
    }

    @Test func secretIsReplacedAndTheOldOneSignsForTheOverlap() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.admin])
            let made = try await client.send("POST", "/v1/webhooks", Self.terms).body
            let path = "/v1/webhooks/\(made["id"]?.string ?? "")/rotate"
            let rotated = try await client.send("POST", path, ["overlap": "1h"])
            #expect(rotated.status == 200 && rotated.headers["cache-control"] == "no-store")
            #expect(
                rotated.body["secret"]?.string?.hasPrefix("whsec_") == true && rotated.body["secret"] != made["secret"])
            let row = try await api.pool.query(
                "SELECT old_secret, old_secret_until - now() < '61 min' FROM webhook_endpoints")[0]
            #expect(try row.get(0, as: String.self) == made["secret"]?.string)
            #expect(try row.get(1, as: Bool.self))
            #expect(try await client.send("POST", path, ["overlap": "31d"]).fields == ["overlap invalid"])
        }
    }

    @Test func badTermsAreRefusedByName() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.admin])
            let url: JSON = "https://example.org/hook"
            let refusals: [(body: JSON, fields: [String])] = [
                ([:], ["url missing"]), (["url": url, "secret": "x"], ["secret unknown"]),
                (["url": "http://example.org/hook"], ["url invalid"]),
                (["url": "https://10.0.0.1/hook"], ["url invalid"]),
                (["url": "https://localhost/hook"], ["url invalid"]),
                (["url": "https://u:p@example.org/"], ["url invalid"]),
                (["url": "https://[::ffff:10.0.0.1]/"], ["url invalid"]),
                (["url": "ftp://example.org/"], ["url invalid"]),
                (["url": url, "events": ["sent"]], ["events[0] invalid"]),
                (["url": url, "channels": ["fax"]], ["channels[0] invalid"]),
                (["url": url, "channels": ["sms", "sms"]], ["channels[1] conflict"]),
                (["url": url, "enabled": "yes"], ["enabled wrongType"]),
            ]
            for refusal in refusals {
                let answer = try await client.send("POST", "/v1/webhooks", refusal.body)
                #expect(answer.status == 422 && answer.fields == refusal.fields, "\(refusal) \(answer.body.text)")
            }
            #expect(try await api.count("webhook_endpoints") == 0)
            for _ in 0..<20 { #expect(try await client.send("POST", "/v1/webhooks", ["url": url]).status == 201) }
            #expect(try await client.send("POST", "/v1/webhooks", ["url": url]).fields == [" tooMany"])
        }
    }

    @Test func whereNobodySendsWebhooksNoneIsMade() async throws {
        try await withAPI(configure: { $0.providedRoutes = [.email] }) { api in
            let answer = try await api.client(scopes: [.admin]).send("POST", "/v1/webhooks", Self.terms)
            #expect(answer.status == 422 && answer.fields == ["url invalid"])
        }
    }

    @Test func testIsAMessageOnItsWay() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: Set(Scope.allCases))
            let made = try await client.send("POST", "/v1/webhooks", Self.terms).body
            let id = made["id"]?.string ?? ""
            let answer = try await client.send("POST", "/v1/webhooks/\(id)/test")
            #expect(answer.status == 202 && answer.body["id"]?.string?.hasPrefix("test_") == true)
            #expect(
                answer.body["event"]?["type"] == "webhook.test"
                    && answer.body["event"]?["data"] == ["webhookId": .string(id)])
            try await eventually("it is in the queue") { try await api.queue.counts(of: .webhook).ready[.low] == 1 }
            let hidden: UUID = try await api.pool.query("SELECT id FROM notifications")[0].get(0)
            #expect(try await client.send("GET", "/v1/notifications").body["items"] == [])
            #expect(try await client.send("GET", "/v1/notifications/\(hidden)").status == 404)
            #expect(try await client.send("POST", "/v1/notifications/\(hidden)/cancel").status == 404)

            _ = try await client.send("PUT", "/v1/webhooks/\(id)", ["url": "https://example.org/h", "enabled": false])
            for (path, body) in [("test", nil), ("replay", ["since": "2026-11-21T00:00:00Z"])] as [(String, JSON?)] {
                let refused = try await client.send("POST", "/v1/webhooks/\(id)/\(path)", body)
                #expect(refused.status == 409 && refused.code == "endpointDisabled")
            }
        }
    }

    @Test func replayIsNotedUntilItIsDone() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.admin])
            let made = try await client.send("POST", "/v1/webhooks", Self.terms).body
            let path = "/v1/webhooks/\(made["id"]?.string ?? "")"
            for (body, fields) in [([:], ["since missing"]), (["since": "soon"], ["since invalid"])]
                as [(JSON, [String])]
            {
                #expect(try await client.send("POST", path + "/replay", body).fields == fields)
            }
            let since = Timestamp.text(Date().addingTimeInterval(-60))
            let answer = try await client.send("POST", path + "/replay", ["since": .string(since)])
            #expect(answer.status == 202 && answer.body["replayingSince"]?.string == since)
            let later = try await client.send("POST", path + "/replay", ["since": .string(Timestamp.text(Date()))])
            #expect(later.body["replayingSince"]?.string == since, "it tells all that the first was still to tell")
        }
    }
}
