import Notifications
import Postgres
import Testing

struct IdempotencyTests {
    private static let body: JSON = ["to": ["email": "a@example.org"], "title": "Hello"]

    private func post(
        _ client: Client, _ body: JSON = body, key: String, header: String = "idempotency-key"
    ) async throws -> Client.Answer {
        try await client.send("POST", "/v1/notifications", body, headers: [header: key])
    }

    @Test func repeatGetsTheFirstAnswer() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let first = try await post(client, key: "order-1")
            let second = try await post(client, key: "order-1", header: "x-idempotency-key")
            #expect(first.status == 202)
            #expect(first.headers["idempotent-replayed"] == nil)
            #expect(second.status == 202)
            #expect(second.headers["idempotent-replayed"] == "true")
            #expect(second.body == first.body)
            #expect(second.headers["location"] == first.headers["location"])
            #expect(try await api.count("notifications") == 1)
        }
    }

    @Test func repeatOfAListGetsTheFirstAnswer() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let list: JSON = ["to": [["email": "a@example.org"], ["userId": "nobody"]], "title": "Hello"]
            let first = try await post(client, list, key: "k")
            let second = try await post(client, list, key: "k")
            #expect(second.status == 202)
            #expect(second.body == first.body)
            #expect(try await api.count("notifications") == 1)
        }
    }

    @Test func repeatGetsTheFirstAnswerThoughItWouldBeRefusedNow() async throws {
        try await withAPI { api in
            let client = try await api.client()
            _ = try await client.send("PUT", "/v1/users/ada", ["email": "ada@example.org"])
            let body: JSON = ["to": ["userId": "ada"], "channels": ["email"], "title": "Hello"]
            let first = try await post(client, body, key: "k")
            #expect(first.status == 202)
            try await api.pool.query("DELETE FROM recipients")
            #expect(try await client.send("POST", "/v1/notifications", body).status == 422)
            #expect(try await post(client, body, key: "new").status == 422)
            let second = try await post(client, body, key: "k")
            #expect(second.status == 202)
            #expect(second.headers["idempotent-replayed"] == "true")
            #expect(second.body == first.body)
            let other = try await post(client, ["to": ["userId": "ada"], "title": "Other"], key: "k")
            #expect(other.code == "idempotencyKeyReused")
            let stranger = try await api.client(tenant: "stranger")
            #expect(try await post(stranger, body, key: "k").status == 422)
        }
    }

    @Test func sameKeyWithAnotherBodyIsRefused() async throws {
        try await withAPI { api in
            let client = try await api.client()
            _ = try await post(client, key: "k")
            let answer = try await post(client, ["to": ["email": "a@example.org"], "title": "Other"], key: "k")
            #expect(answer.status == 422)
            #expect(answer.code == "idempotencyKeyReused")
            #expect(try await api.count("notifications") == 1)
        }
    }

    @Test func keysOfTwoTenantsDoNotMeet() async throws {
        try await withAPI { api in
            let mine = try await post(api.client(), key: "k")
            let theirs = try await post(api.client(tenant: "other"), key: "k")
            #expect(theirs.status == 202)
            #expect(theirs.headers["idempotent-replayed"] == nil)
            #expect(theirs.body["id"] != mine.body["id"])
        }
    }

    @Test func refusedRequestDoesNotUseUpItsKey() async throws {
        try await withAPI { api in
            let client = try await api.client()
            #expect(try await post(client, ["title": "x"], key: "k").status == 422)
            #expect(try await api.count("idempotency_keys") == 0)
            let answer = try await post(client, key: "k")
            #expect(answer.status == 202)
            #expect(answer.headers["idempotent-replayed"] == nil)
        }
    }

    @Test(arguments: ["naïve", String(repeating: "k", count: 256)])
    func keyOfAnotherFormIsRefusedByName(key: String) async throws {
        try await withAPI { api in
            let answer = try await post(api.client(), key: key)
            #expect(answer.status == 422)
            #expect(answer.fields == ["Idempotency-Key invalid"])
            #expect(try await api.rows() == 0)
        }
    }

    @Test func hundredPostsAtOnceWithOneKeyMakeOneNotification() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let answers = try await withThrowingTaskGroup(of: Client.Answer.self) { group in
                for _ in 0..<100 { group.addTask { try await post(client, key: "k") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.map(\.status) == Array(repeating: 202, count: 100))
            #expect(answers.count { $0.headers["idempotent-replayed"] == nil } == 1)
            #expect(Set(answers.map(\.body)).count == 1)
            #expect(try await api.count("notifications") == 1)
            #expect(try await api.count("deliveries") == 1)
        }
    }

    /// What was tried with a test key is no answer to whoever means it.
    @Test func testAndLiveKeysHaveNamesOfTheirOwn() async throws {
        try await withAPI { api in
            let body: JSON = ["to": ["email": "ada@example.org"], "title": "Hello"]
            var ids: Set<String?> = []
            for client in try await [api.client(isTest: true), api.client()] {
                for _ in 0..<2 {
                    let answer = try await client.send(
                        "POST", "/v1/notifications", body, headers: ["idempotency-key": "k"])
                    #expect(answer.status == 202)
                    ids.insert(answer.body["id"]?.string)
                }
            }
            #expect(ids.count == 2)
            let tests: Int64 = try await api.pool.query(
                "SELECT count(*) FROM notifications WHERE content -> 'test' = 'true'")[0].get(0)
            #expect(tests == 1)
        }
    }
}
