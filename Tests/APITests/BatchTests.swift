import API
import Foundation
import Notifications
import Postgres
import Testing

struct BatchTests {
    private static let good: JSON = ["to": ["email": "a@example.org"], "title": "Hello"]

    private func post(
        _ client: Client, _ items: [JSON], headers: [String: String] = [:]
    ) async throws -> Client.Answer {
        try await client.send(
            "POST", "/v1/notifications/batch", ["notifications": .array(items)], headers: headers)
    }

    @Test func eachItemIsAnsweredByItself() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let items: [JSON] = [
                Self.good, ["to": ["email": "b@example.org"], "body": "x", "title": 7, "colour": "red"], 7,
                ["to": ["userId": "nobody"], "title": "x"], ["to": [["email": "c@example.org"]], "title": "x"],
                ["to": ["topic": "news"], "title": "x"],
                ["to": ["phone": "+46701234567"], "body": "Later", "delay": "10m", "priority": "low"],
            ]
            let answer = try await post(client, items)
            #expect(answer.status == 202)
            #expect(answer.headers["location"] == nil)
            let entries = try #require(answer.body["notifications"]?.array)
            #expect(entries.map { $0["index"] } == [0, 1, 2, 3, 4, 5, 6])
            #expect(entries.map { $0["status"] } == ["pending", nil, nil, nil, nil, nil, "scheduled"])
            #expect(entries.map { $0["id"] == nil } == [false, true, true, true, true, true, false])
            let fields: [[String]] = entries.map { entry in
                let errors = entry["errors"]?.array ?? []
                return errors.map { "\($0["field"]?.string ?? "?") \($0["code"]?.string ?? "?")" }
            }
            let expected: [[String]] = [
                [], ["colour unknown", "title wrongType"], [" wrongType"], ["to.userId invalid"], ["to wrongType"],
                ["to wrongType"], [],
            ]
            #expect(fields == expected)
            let first = try await client.send("GET", "/v1/notifications/\(entries[0]["id"]?.string ?? "")").body
            #expect(first["title"] == "Hello")
            #expect(first["requestId"]?.string == answer.headers["x-request-id"])
            #expect(try await api.count("notifications") == 2)
        }
    }

    @Test func whatATemplateLacksKeepsNoOtherItemBack() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let template: JSON = ["channels": ["email": ["default": ["title": "Order {{id}}", "body": "x"]]]]
            #expect(try await client.send("PUT", "/v1/templates/order", template).status == 201)
            func item(_ data: JSON) -> JSON {
                ["to": ["email": "a@example.org"], "channels": ["email"], "template": "order", "data": data]
            }
            let answer = try await post(client, [item(["id": "8812"]), item([:]), Self.good])
            #expect(answer.status == 202)
            let entries = try #require(answer.body["notifications"]?.array)
            #expect(entries.map { $0["errors"]?.array?[0]["field"] } == [nil, "data.id", nil])
            #expect(try await api.count("notifications") == 2)
        }
    }

    @Test func batchCountsAgainstWhatItsUsersMayGet() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.send, .read, .admin])
            _ = try await client.send("PUT", "/v1/users/u42", ["email": "a@example.org"])
            let limits: JSON = ["limits": ["email": ["count": 2, "per": "1h"]]]
            #expect(try await client.send("PUT", "/v1/preferences", limits).status == 200)
            let letter: JSON = ["to": ["userId": "u42"], "channels": ["email"], "title": "T"]
            let key = ["idempotency-key": "batch-of-three"]
            let answer = try await post(client, [letter, letter, letter], headers: key)
            #expect(answer.status == 202)
            let entries = try #require(answer.body["notifications"]?.array)
            #expect(entries.map { $0["errors"]?.array?[0]["code"] } == [nil, nil, "recipientLimited"])
            let again = try await post(client, [letter, letter, letter], headers: key)
            #expect(again.headers["idempotent-replayed"] == "true" && again.body == answer.body)
            #expect(try await client.send("POST", "/v1/notifications", letter).status == 429)
            let full = try await post(client, [letter, letter])
            #expect(full.status == 429 && full.code == "recipientLimited" && full.headers["retry-after"] != nil)
            #expect(full.fields == ["notifications[0].to recipientLimited", "notifications[1].to recipientLimited"])
            #expect(try await api.count("notifications") == 2)
        }
    }

    @Test func thousandAreWrittenInOneTransaction() async throws {
        try await withAPI { api in
            let items = (0..<1000).map { number -> JSON in
                ["to": ["email": .string("u\(number)@example.org")], "title": .string("No. \(number)")]
            }
            let answer = try await post(api.client(), items)
            #expect(answer.status == 202)
            #expect(Set(answer.body["notifications"]?.array?.compactMap { $0["id"]?.string } ?? []).count == 1000)
            let transactions: Int64 = try await api.pool.query(
                "SELECT count(DISTINCT xmin::text) FROM notifications")[0].get(0)
            #expect(transactions == 1)
            #expect(try await api.count("deliveries") == 1000)
        }
    }

    @Test func oneKeyIsForTheWhole() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let items = [Self.good, ["to": ["userId": "nobody"], "title": "x"]]
            let first = try await post(client, items, headers: ["idempotency-key": "k"])
            let second = try await post(client, items, headers: ["idempotency-key": "k"])
            #expect(first.status == 202)
            #expect(second.status == 202)
            #expect(second.headers["idempotent-replayed"] == "true")
            #expect(second.body == first.body)
            let other = try await post(client, [Self.good], headers: ["idempotency-key": "k"])
            #expect(other.code == "idempotencyKeyReused")
            #expect(try await api.count("notifications") == 1)
        }
    }

    @Test func whereNothingIsAcceptedNothingIsWrittenAndEveryFieldIsNamed() async throws {
        try await withAPI { api in
            let answer = try await post(
                api.client(), [["to": ["userId": "nobody"], "title": "x"], ["to": [:]], "no object"],
                headers: ["idempotency-key": "k"])
            #expect(answer.status == 422)
            #expect(
                answer.fields == [
                    "notifications[0].to.userId invalid", "notifications[1].to missing",
                    "notifications[1].title missing",
                    "notifications[2] wrongType",
                ])
            #expect(try await api.rows() == 0)
        }
    }

    @Test func badBatchesAreRefusedByName() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let requests: [(JSON, [String])] = [
                ([:], ["notifications missing"]), (["notifications": nil], ["notifications missing"]),
                (["notifications": []], ["notifications invalid"]),
                (["notifications": [:]], ["notifications wrongType"]),
                (["notifications": [Self.good], "to": [:]], ["to unknown"]),
                (["notifications": .array(Array(repeating: 1, count: 1001))], ["notifications tooMany"]),
            ]
            for (body, fields) in requests {
                let answer = try await client.send("POST", "/v1/notifications/batch", body)
                #expect(answer.status == 422, "\(fields)")
                #expect(answer.fields == fields)
            }
        }
    }

    @Test func itemThatIsTooLargeKeepsNoOtherFromBeingSent() async throws {
        try await withAPI(configure: { $0.maximumSingleBodyBytes = 200 }) { api in
            let large: JSON = ["to": ["email": "a@example.org"], "title": .string(String(repeating: "x", count: 200))]
            let answer = try await post(api.client(), [Self.good, large])
            #expect(answer.status == 202)
            let entries = try #require(answer.body["notifications"]?.array)
            #expect(entries[0]["status"] == "pending")
            #expect(
                entries[1]["errors"] == [["field": "", "code": "tooLong", "detail": "must be at most 200 bytes"]])
        }
    }

    @Test func itemFullOfMistakesShowsSomeOfThem() async throws {
        try await withAPI { api in
            var item = try #require(Self.good.object)
            for number in 0..<100 { item["member\(number)"] = 1 }
            let answer = try await post(api.client(), [Self.good, .object(item)])
            #expect(answer.body["notifications"]?.array?[1]["errors"]?.array?.count == 10)
        }
    }

    @Test func keysPayForEachItem() async throws {
        try await withAPI { api in
            let key = try await api.makeKey(rate: 5)
            let client = Client(url: api.url, key: key.text)
            #expect(try await post(client, Array(repeating: Self.good, count: 50)).status == 202)
            #expect(try await client.send("GET", "/v1/users").status == 429)
        }
    }
}
