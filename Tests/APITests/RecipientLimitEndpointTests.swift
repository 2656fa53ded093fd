import Foundation
import Notifications
import TestSupport
import Testing

@Suite struct RecipientLimitEndpointTests {
    private static let letter: JSON = ["to": ["userId": "u42"], "channels": ["email"], "title": "T"]

    /// A caller whose user gets two e-mails an hour.
    private func limited(_ api: TestAPI, _ more: JSON = [:]) async throws -> Client {
        let client = try await api.client(scopes: [.send, .read, .admin])
        for id in ["u42", "u43"] {
            _ = try await client.send("PUT", "/v1/users/\(id)", ["email": "a@example.org"])
        }
        var defaults = JSONObject([("limits", ["email": ["count": 2, "per": "1h"]])])
        for member in more.object?.members ?? [] { defaults[member.name] = member.value }
        #expect(try await client.send("PUT", "/v1/preferences", .object(defaults)).status == 200)
        return client
    }

    @Test func whatIsTooMuchForAUserIs429AndSaysWhenThereIsRoom() async throws {
        try await withAPI { api in
            let client = try await limited(api)
            for _ in 0..<2 { _ = try await client.post(Self.letter) }
            let answer = try await client.send("POST", "/v1/notifications", Self.letter)
            #expect(answer.status == 429)
            #expect(answer.code == "recipientLimited")
            #expect(answer.body["retryable"] == true)
            #expect(answer.fields == ["to recipientLimited"])
            let wait = try #require(answer.headers["retry-after"].flatMap { Int($0) })
            #expect((3000...3600).contains(wait))
            #expect(try await api.count("notifications") == 2)
            _ = try await client.post(["to": ["userId": "u43"], "channels": ["email"], "title": "T"])
            _ = try await client.post(["to": ["email": "a@example.org"], "channels": ["email"], "title": "T"])
            var critical = Self.letter.object ?? JSONObject()
            critical["priority"] = "critical"
            _ = try await client.post(.object(critical))
        }
    }

    @Test func listRejectsThoseThatAreLimited() async throws {
        try await withAPI { api in
            let client = try await limited(api)
            let many: JSON = [
                "to": [["userId": "u42"], ["userId": "u42"], ["userId": "u42"], ["userId": "u43"]],
                "channels": ["email"], "title": "T",
            ]
            let answer = try await client.send("POST", "/v1/notifications", many)
            #expect(answer.status == 202)
            let entries = try #require(answer.body["notifications"]?.array)
            #expect(entries.map { $0["error"]?["code"]?.string } == [nil, nil, "recipientLimited", nil])
            #expect(entries[2]["error"]?["field"] == "to[2]")
            let again = try await client.send(
                "POST", "/v1/notifications", ["to": [["userId": "u42"]], "channels": ["email"], "title": "T"])
            #expect(again.status == 429)
        }
    }

    @Test func whatMayWaitIsScheduledForWhenThereIsRoom() async throws {
        try await withAPI { api in
            let client = try await limited(api, ["overLimit": "defer"])
            for _ in 0..<2 { _ = try await client.post(Self.letter) }
            let answer = try await client.send("POST", "/v1/notifications", Self.letter)
            #expect(answer.status == 202)
            let email = answer.body["channels"]?["email"]
            #expect(email?["status"] == "scheduled")
            #expect(email?["error"]?["code"] == "recipientLimited")
            let until = try #require(email?["error"]?["until"]?.date)
            #expect((3000...3600).contains(until.timeIntervalSinceNow))
        }
    }

    @Test func repeatOfARequestCountsOnce() async throws {
        try await withAPI { api in
            let client = try await limited(api)
            for _ in 0..<5 {
                let answer = try await client.send(
                    "POST", "/v1/notifications", Self.letter, headers: ["idempotency-key": "k1"])
                #expect(answer.status == 202)
            }
            _ = try await client.post(Self.letter)
            #expect(try await client.send("POST", "/v1/notifications", Self.letter).status == 429)
            let repeated = try await client.send(
                "POST", "/v1/notifications", Self.letter, headers: ["idempotency-key": "k1"])
            #expect(repeated.status == 202, "a repeat is still a repeat")
            let other = try await client.send(
                "POST", "/v1/notifications", ["to": ["userId": "u42"], "channels": ["email"], "title": "Other"],
                headers: ["idempotency-key": "k1"])
            #expect(other.status == 422)
            #expect(other.code == "idempotencyKeyReused")
        }
    }

    @Test func manyRepeatsAtOnceCountOnce() async throws {
        try await withAPI { api in
            let client = try await limited(api)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await client.send(
                            "POST", "/v1/notifications", Self.letter, headers: ["idempotency-key": "k1"]
                        ).status
                    }
                }
                for try await status in group { #expect(status == 202) }
            }
            #expect(try await api.count("notifications") == 1)
            _ = try await client.post(Self.letter)
            #expect(try await client.send("POST", "/v1/notifications", Self.letter).status == 429)
        }
    }

    @Test func withoutLimitsNothingIsCounted() async throws {
        try await withAPI { api in
            let client = try await limited(api, ["limits": [:]])
            for _ in 0..<5 { _ = try await client.post(Self.letter) }
            #expect(try await api.count("recipient_times") == 0)
        }
    }
}
