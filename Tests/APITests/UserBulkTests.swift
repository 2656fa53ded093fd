import Notifications
import Testing

struct UserBulkTests {
    private static func user(_ id: String, _ more: JSON = [:]) -> JSON {
        var object = JSONObject([("userId", .string(id))])
        for member in more.object?.members ?? [] { object.append(member.name, member.value) }
        return .object(object)
    }

    private static func phone(_ token: String, id: String = "phone") -> JSON {
        ["devices": [["id": .string(id), "route": "push.fcm", "token": .string(token)]]]
    }

    @Test func usersAreMadeAndReplacedAsEachByItself() async throws {
        try await withAPI { api in
            let client = try await api.client()
            var old = Self.phone("old").object ?? JSONObject()
            old.append("email", "old@example.org")
            _ = try await client.send("PUT", "/v1/users/b", .object(old))
            _ = try await client.send("PUT", "/v1/users/c", .object(old))
            let answer = try await client.send(
                "POST", "/v1/users/bulk",
                [
                    "users": [
                        Self.user("c", Self.phone("new")), Self.user("a", ["email": "a@example.org"]),
                        Self.user("b", ["phone": "+46701234567"]),
                    ]
                ])
            #expect(answer.status == 200)
            #expect(
                answer.body["users"] == [
                    ["index": 0, "userId": "c", "status": "replaced"],
                    ["index": 1, "userId": "a", "status": "created"],
                    ["index": 2, "userId": "b", "status": "replaced"],
                ])
            #expect(try await client.send("GET", "/v1/users/a").body == Self.user("a", ["email": "a@example.org"]))
            #expect(try await client.send("GET", "/v1/users/b").body == Self.user("b", ["phone": "+46701234567"]))
            #expect(try await client.send("GET", "/v1/users/c").body == Self.user("c", Self.phone("new")))
            let silent = try await client.send("POST", "/v1/users/bulk", ["users": [Self.user("c", ["devices": nil])]])
            #expect(silent.status == 200)
            #expect(try await client.send("GET", "/v1/users/c").body == Self.user("c", Self.phone("new")))
        }
    }

    @Test func usersWhoseIdsOnlyLookAlikeAreTwo() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let users = ["\u{E9}va", "e\u{301}va"].map { Self.user($0) }
            let answer = try await client.send("POST", "/v1/users/bulk", ["users": .array(users)])
            #expect(answer.body["users"]?.array?.map { $0["status"] } == ["created", "created"])
            #expect(try await api.count("recipients") == 2)
        }
    }

    @Test func whatIsWrongIsSaidOfEachAndKeepsNobodyElseOut() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let answer = try await client.send(
                "POST", "/v1/users/bulk",
                [
                    "users": [
                        Self.user("a", Self.phone("t")), Self.user("b", ["email": "x", "mail": "y"]), 7,
                        ["email": "a@example.org"], Self.user("a"), Self.user("c", Self.phone("t")),
                        Self.user("d", ["webhookUrl": "https://localhost/"]), Self.user("e"),
                    ]
                ])
            #expect(answer.status == 200)
            let entries = try #require(answer.body["users"]?.array)
            #expect(entries.map { $0["index"]?.int } == Array(0..<8))
            let statuses: [String?] = ["created", nil, nil, nil, nil, nil, nil, "created"]
            #expect(entries.map { $0["status"]?.string } == statuses)
            let errors = entries.map { entry -> [String] in
                let errors = entry["errors"]?.array ?? []
                return errors.map { "\($0["field"]?.string ?? "") \($0["code"]?.string ?? "")" }
            }
            #expect(
                errors == [
                    [], ["users[1].mail unknown", "users[1].email invalid"], ["users[2] wrongType"],
                    ["users[3].userId missing"], ["users[4].userId conflict"], ["users[5].devices[0] conflict"],
                    ["users[6].webhookUrl invalid"], [],
                ])
            #expect(try await client.send("GET", "/v1/users").body["items"]?.array?.count == 2)
        }
    }

    @Test func nothingIsWrittenWhereNothingIsRight() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let many = JSON.array((0...1000).map { Self.user("u\($0)") })
            let tokens = (0...5000).map { place in
                ["id": .string("d\(place)"), "route": "push.fcm", "token": .string("t\(place)")] as JSON
            }
            let laden = JSON.array(
                (0..<101).map { place in
                    Self.user(
                        "u\(place)", ["devices": .array(Array(tokens[(place * 50)..<min((place + 1) * 50, 5001)]))])
                })
            let refusals: [(body: JSON, fields: [String])] = [
                ([:], ["users missing"]), (["users": []], ["users invalid"]), (["users": 7], ["users wrongType"]),
                (["users": many], ["users tooMany"]), (["users": laden], ["users tooMany"]),
                (["users": [Self.user("a")], "more": 1], ["more unknown"]),
                (
                    ["users": [["userId": 7], Self.user("b", ["phone": "x"])]],
                    [
                        "users[0].userId wrongType", "users[1].phone invalid",
                    ]
                ),
            ]
            for refusal in refusals {
                let answer = try await client.send("POST", "/v1/users/bulk", refusal.body)
                #expect(answer.status == 422)
                #expect(answer.fields == refusal.fields)
            }
            #expect(try await api.rows() == 0)
        }
    }

    @Test func aThousandAtOnceFollowTheirTokens() async throws {
        try await withAPI { api in
            let client = try await api.client()
            func bulk(_ token: (Int) -> Int) async throws -> Client.Answer {
                let users = (0..<1000).map { Self.user("u\($0)", Self.phone("t\(token($0))")) }
                return try await client.send("POST", "/v1/users/bulk", ["users": .array(users)])
            }
            async let first = bulk { $0 }
            async let second = bulk { 999 - $0 }
            #expect(try await [first.status, second.status] == [200, 200])
            #expect(try await api.count("recipients") == 1000)
            // Whichever came last: each has the token it was given then.
            let devices = try await api.count("devices")
            #expect(devices == 1000)
        }
    }

    @Test func usersOfAnotherTenantAreNotTouched() async throws {
        try await withAPI { api in
            let (mine, theirs) = (try await api.client(), try await api.client(tenant: "stranger"))
            _ = try await theirs.send("PUT", "/v1/users/a", Self.phone("t"))
            let answer = try await mine.send("POST", "/v1/users/bulk", ["users": [Self.user("a", Self.phone("t"))]])
            #expect(answer.body["users"] == [["index": 0, "userId": "a", "status": "created"]])
            #expect(try await theirs.send("GET", "/v1/users/a").body == Self.user("a", Self.phone("t")))
        }
    }
}
