import API
import Documents
import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

@Suite struct KeyEndpointTests {
    /// A caller with all scopes.
    private func owner(_ api: TestAPI) async throws -> Client { try await api.client(scopes: Set(Scope.allCases)) }

    @Test func keyIsMadeShownOnceUsedAndRevoked() async throws {
        try await withAPI(configure: { $0.keyLifetime = .seconds(600) }) { api in
            let owner = try await owner(api)
            let made = try await owner.send(
                "POST", "/v1/keys", ["name": "backend", "scopes": ["send", "read"], "rate": 50, "expiresIn": "90d"])
            #expect(made.status == 201)
            #expect(made.headers["cache-control"] == "no-store")
            let id = try #require(made.body["id"]?.string)
            let text = try #require(made.body["key"]?.string)
            #expect(text.hasPrefix("bf_live_\(id)_"))
            #expect(made.body["scopes"] == ["read", "send"] && made.body["rate"] == 50)
            #expect(made.body["state"] == "valid" && made.body["environment"] == "live")
            #expect(made.body["lastUsedAt"] == JSON.null && made.body["expiresAt"]?.date != nil)

            let client = Client(url: api.url, key: text)
            #expect(try await client.send("GET", "/v1/users/u").status == 404)
            let listed = try await owner.send("GET", "/v1/keys").body["items"]?.array ?? []
            let mine = try #require(listed.first { $0["id"]?.string == id })
            #expect(listed.count == 2 && listed.allSatisfy { $0["key"] == nil })
            #expect(mine["lastUsedAt"]?.date != nil)

            #expect(try await owner.send("DELETE", "/v1/keys/\(id)").status == 204)
            try await eventually("it is refused") { try await client.send("GET", "/v1/users/u").status == 401 }
            let after = try await owner.send("GET", "/v1/keys").body["items"]?.array ?? []
            #expect(after.first { $0["id"]?.string == id }?["state"] == "revoked")
        }
    }

    @Test func rotatedKeyIsGoodForItsOverlapAndTheNewOneAtOnce() async throws {
        try await withAPI { api in
            let owner = try await owner(api)
            let old = try await owner.send("POST", "/v1/keys", ["name": "k", "scopes": ["read"]]).body
            let path = "/v1/keys/\(old["id"]?.string ?? "")/rotate"
            let new = try await owner.send("POST", path, ["overlap": "1h"])
            #expect(new.status == 201 && new.body["name"] == "k" && new.body["scopes"] == ["read"])
            for key in [old, new.body] {
                let answer = try await Client(url: api.url, key: key["key"]?.string).send("GET", "/v1/users/u")
                #expect(answer.status == 404)
            }
            let again = try await owner.send("POST", path, [:])
            #expect(again.status == 409 && again.code == "notRotatable")
            let next = try await owner.send(
                "POST", "/v1/keys/\(new.body["id"]?.string ?? "")/rotate", ["overlap": "0s"])
            #expect(next.status == 201)
            let states = try await owner.send("GET", "/v1/keys").body["items"]?.array?.dropFirst().map { $0["state"] }
            #expect(states == ["expired", "expired", "valid"])
        }
    }

    @Test func noKeyMakesOneThatMayDoMore() async throws {
        try await withAPI { api in
            let strong = try await owner(api).send("POST", "/v1/keys", ["name": "s", "scopes": ["send"]]).body["id"]
            let admin = try await api.client(scopes: [.admin, .read])
            let asked = try await admin.send("POST", "/v1/keys", ["name": "x", "scopes": ["admin", "send"]])
            #expect(asked.status == 403 && asked.code == "missingScope")
            #expect(asked.body["detail"]?.string?.contains("`send`") == true)
            let rotated = try await admin.send("POST", "/v1/keys/\(strong?.string ?? "")/rotate", [:])
            #expect(rotated.status == 403, "its secret would be one that may do more")
            #expect(try await admin.send("POST", "/v1/keys", ["name": "x", "scopes": ["read"]]).status == 201)
        }
    }

    @Test func testKeyMakesAndEndsTestKeysOnly() async throws {
        try await withAPI { api in
            let owner = try await owner(api)
            let live = try await owner.send("POST", "/v1/keys", ["name": "l", "scopes": ["read"]]).body["id"]?.string
            let made = try await owner.send(
                "POST", "/v1/keys", ["name": "t", "scopes": ["admin", "read"], "environment": "test"])
            #expect(made.body["key"]?.string?.hasPrefix("bf_test_") == true)
            let tester = Client(url: api.url, key: made.body["key"]?.string)
            let another = try await tester.send("POST", "/v1/keys", ["name": "t2", "scopes": ["read"]])
            #expect(another.body["environment"] == "test")
            let refused = try await [
                tester.send("POST", "/v1/keys", ["name": "x", "scopes": ["read"], "environment": "live"]),
                tester.send("POST", "/v1/keys/\(live ?? "")/rotate", [:]),
                tester.send("DELETE", "/v1/keys/\(live ?? "")"),
            ]
            #expect(refused.map(\.code) == Array(repeating: "liveKeyNeeded", count: 3))
            #expect(try await tester.send("DELETE", "/v1/keys/\(another.body["id"]?.string ?? "")").status == 204)
        }
    }

    @Test func noKeyMakesOneThatOutlivesItOrIsFaster() async throws {
        try await withAPI(configure: { $0.keyRate = 100 }) { api in
            func caller(rate: Int? = nil, expiresAt: Date? = nil) async throws -> Client {
                Client(url: api.url, key: try await api.makeKey(rate: rate, expiresAt: expiresAt).text)
            }
            func order(_ more: JSON) -> JSON {
                let order: [(String, JSON)] = [("name", "x"), ("scopes", ["read"])]
                return .object(JSONObject(order + (more.object?.members ?? []).map { ($0.name, $0.value) }))
            }
            let hourly = try await caller(expiresAt: Date().addingTimeInterval(3600))
            let (slow, usual, free) = try await (caller(rate: 5), caller(), caller(rate: 0))
            let cases: [(caller: Client, order: JSON, fields: [String])] = [
                (hourly, [:], ["expiresIn conflict"]), (hourly, ["expiresIn": "2h"], ["expiresIn conflict"]),
                (hourly, ["expiresIn": "30m"], []),
                (slow, [:], ["rate conflict"]), (slow, ["rate": 6], ["rate conflict"]),
                (slow, ["rate": 0], ["rate conflict"]), (slow, ["rate": 5], []),
                (usual, ["rate": 101], ["rate conflict"]), (usual, ["rate": 0], ["rate conflict"]),
                (usual, ["rate": 100], []), (usual, [:], []),
                (free, ["rate": 0], []), (free, [:], []),
            ]
            for (caller, more, fields) in cases {
                let answer = try await caller.send("POST", "/v1/keys", order(more))
                #expect(answer.status == (fields.isEmpty ? 201 : 422) && answer.fields == fields, "\(more)")
            }
            let id = try #require(
                try await free.send("POST", "/v1/keys", order([:])).body["id"]?.string)
            let rotated = try await slow.send("POST", "/v1/keys/\(id)/rotate", [:])
            #expect(rotated.status == 422 && rotated.fields == ["id conflict"])
            let end = try await hourly.send("POST", "/v1/keys/\(id)/rotate", [:]).body["expiresAt"]?.date
            #expect(try #require(end).timeIntervalSinceNow < 3700, "it had none")
        }
    }

    @Test func noTenantMakesAnOperatorAndNoTestKeyIsOne() async throws {
        try await withAPI { api in
            let admin = try await api.client(scopes: [.admin, .read])
            let refused = try await admin.send("POST", "/v1/keys", ["name": "x", "scopes": ["operator"]])
            #expect(refused.status == 403 && refused.code == "missingScope")
            let owner = try await owner(api)
            let test = try await owner.send(
                "POST", "/v1/keys", ["name": "x", "scopes": ["read", "operator"], "environment": "test"])
            #expect(test.status == 422 && test.fields == ["scopes conflict"])
            #expect(try await owner.send("POST", "/v1/keys", ["name": "x", "scopes": ["operator"]]).status == 201)
            for path in ["/v1/queues", "/v1/providers"] {
                #expect(try await admin.send("GET", path).code == "missingScope", "it is other tenants' work too")
            }
        }
    }

    @Test func badOrdersAreRefusedByName() async throws {
        try await withAPI { api in
            let owner = try await owner(api)
            let refusals: [(body: JSON, fields: [String])] = [
                ([:], ["name missing", "scopes missing"]),
                (["name": "x", "scopes": ["all"]], ["scopes[0] invalid"]),
                (["name": "x", "scopes": ["read", "read"]], ["scopes[1] conflict"]),
                (["name": "x", "scopes": ["read"], "tenant": "other"], ["tenant unknown"]),
                (["name": "x", "scopes": ["read"], "rate": -1], ["rate invalid"]),
                (["name": "x", "scopes": ["read"], "expiresIn": "soon"], ["expiresIn invalid"]),
                (["name": "x", "scopes": ["read"], "environment": "dev"], ["environment invalid"]),
                (["name": .string(String(repeating: "x", count: 129)), "scopes": ["read"]], ["name tooLong"]),
            ]
            for refusal in refusals {
                let answer = try await owner.send("POST", "/v1/keys", refusal.body)
                #expect(answer.status == 422 && answer.fields == refusal.fields, "\(refusal) \(answer.body.text)")
            }
            let keys = try await owner.send("GET", "/v1/keys").body["items"]?.array
            let own = keys?.first?["id"]?.string ?? ""
            let overlap = try await owner.send("POST", "/v1/keys/\(own)/rotate", ["overlap": "31d"])
            #expect(overlap.fields == ["overlap invalid"])
            #expect(try await api.count("api_keys") == 1)
        }
    }

    @Test func keysOfAnotherTenantDoNotExist() async throws {
        try await withAPI { api in
            let mine = try await owner(api).send("POST", "/v1/keys", ["name": "k", "scopes": ["read"]]).body
            let id = mine["id"]?.string ?? ""
            let stranger = try await api.client(tenant: "stranger", scopes: Set(Scope.allCases))
            #expect(try await stranger.send("POST", "/v1/keys/\(id)/rotate", [:]).status == 404)
            #expect(try await stranger.send("DELETE", "/v1/keys/\(id)").status == 404)
            #expect(try await stranger.send("GET", "/v1/keys").body["items"]?.array?.count == 1)
            #expect(try await Client(url: api.url, key: mine["key"]?.string).send("GET", "/v1/users/u").status == 404)
        }
    }

    @Test func listGoesOnPageByPage() async throws {
        try await withAPI { api in
            let owner = try await owner(api)
            for place in 0..<4 {
                _ = try await owner.send("POST", "/v1/keys", ["name": .string("k\(place)"), "scopes": ["read"]])
            }
            var (names, after): ([String], String?) = ([], nil)
            repeat {
                let query = after.map { "&after=\($0)" } ?? ""
                let page = try await owner.send("GET", "/v1/keys?limit=2\(query)").body
                names += page["items"]?.array?.compactMap { $0["name"]?.string } ?? []
                after = page["next"]?.string
            } while after != nil
            #expect(names == ["test", "k0", "k1", "k2", "k3"])
        }
    }

    @Test func useIsWrittenOnceHoweverManyRequestsThereAre() async throws {
        try await withAPI(configure: { $0.keyLifetime = .milliseconds(1) }) { api in
            let client = try await api.client()
            _ = try await client.send("GET", "/v1/users/u")
            let first: Date = try await api.pool.query("SELECT last_used_at FROM api_keys")[0].get(0)
            for _ in 0..<20 { _ = try await client.send("GET", "/v1/users/u") }
            let last: Date = try await api.pool.query("SELECT last_used_at FROM api_keys")[0].get(0)
            #expect(first == last)
        }
    }
}
