import Notifications
import TestSupport
import Testing

/// Addresses that come with a notification and are kept.
struct SaveTests {
    private static func send(_ to: JSON, _ channels: JSON = ["email"]) -> JSON {
        ["to": to, "channels": channels, "title": "x"]
    }

    @Test func unknownUserBecomesKnown() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let id = try await client.post(
                Self.send(["userId": "ada", "email": "a@example.org", "locale": "sv", "save": true]))
            #expect(
                try await client.send("GET", "/v1/users/ada").body
                    == ["userId": "ada", "email": "a@example.org", "locale": "sv"])
            let document = try await client.send("GET", "/v1/notifications/\(id)").body
            #expect(document["to"] == ["userId": "ada", "email": "a@example.org", "locale": "sv"])
            _ = try await client.post(Self.send(["userId": "ada"]))
        }
    }

    @Test func whatIsSaidReplacesWhatWasKnownAndLeavesTheRest() async throws {
        try await withAPI(recipientLifetime: .seconds(600)) { api in
            let client = try await api.client()
            let phone: JSON = ["id": "phone", "route": "push.fcm", "token": "t"]
            _ = try await client.send(
                "PUT", "/v1/users/ada",
                [
                    "email": "old@example.org", "phone": "+46701234567", "chat": ["telegram": "1", "slack": "C1"],
                    "attributes": ["plan": "gold", "size": 1], "devices": [phone],
                ])
            _ = try await client.post(Self.send(["userId": "ada"]))
            _ = try await client.post(
                Self.send(
                    [
                        "userId": "ada", "email": "new@example.org", "chat": ["slack": "C2"],
                        "attributes": ["plan": "silver"], "save": true,
                    ]))
            let user = try await client.send("GET", "/v1/users/ada").body
            #expect(
                user == [
                    "userId": "ada", "email": "new@example.org", "phone": "+46701234567",
                    "chat": ["slack": "C2", "telegram": "1"], "devices": [phone], "attributes": ["plan": "silver"],
                ])
        }
    }

    @Test func whatIsLessThanBeforeIsSavedToo() async throws {
        try await withAPI { api in
            let client = try await api.client()
            for attributes: JSON in [
                ["plan": "gold", "sizes": [1, 2, 3]], ["sizes": [3, 2]], ["sizes": [2, 3]], ["sizes": [2]], [:],
            ] {
                let to: JSON = ["userId": "ada", "email": "a@example.org", "attributes": attributes, "save": true]
                _ = try await client.post(Self.send(to))
                #expect(try await client.send("GET", "/v1/users/ada").body["attributes"] == attributes)
            }
        }
    }

    @Test func usersWhoseIdsOnlyLookAlikeAreTwo() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let users: [JSON] = [("\u{E9}va", "one@example.org"), ("e\u{301}va", "two@example.org")].map {
                ["userId": .string($0.0), "email": .string($0.1), "save": true]
            }
            #expect(try await client.send("POST", "/v1/notifications", Self.send(.array(users))).status == 202)
            #expect(try await client.send("GET", "/v1/users/%C3%A9va").body["email"] == "one@example.org")
            #expect(try await client.send("GET", "/v1/users/e%CC%81va").body["email"] == "two@example.org")
        }
    }

    @Test func nothingIsSavedUnlessAskedOrWhereNothingIsAccepted() async throws {
        try await withAPI { api in
            let client = try await api.client()
            _ = try await client.post(Self.send(["userId": "ada", "email": "a@example.org"]))
            _ = try await client.post(Self.send(["userId": "ada", "email": "a@example.org", "save": false]))
            let answer = try await client.send(
                "POST", "/v1/notifications", Self.send(["userId": "ada", "locale": "sv", "save": true]))
            #expect(answer.fields == ["to.userId invalid"])
            #expect(try await api.count("recipients") == 0)
        }
    }

    @Test func repeatSavesNothing() async throws {
        try await withAPI { api in
            let client = try await api.client()
            func post() async throws -> Int {
                try await client.send(
                    "POST", "/v1/notifications", Self.send(["userId": "ada", "email": "a@example.org", "save": true]),
                    headers: ["idempotency-key": "k"]
                ).status
            }
            #expect(try await post() == 202)
            _ = try await client.send("PUT", "/v1/users/ada", ["email": "b@example.org"])
            #expect(try await post() == 202)
            #expect(try await client.send("GET", "/v1/users/ada").body["email"] == "b@example.org")
        }
    }

    @Test func savingIsRefusedWhereThereIsNothingToSave() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let phone: JSON = ["id": "phone", "route": "push.fcm", "token": "t"]
            let refusals: [(to: JSON, fields: [String])] = [
                (["email": "a@example.org", "save": true], ["to.save invalid"]),
                (["userId": "ada", "save": true], ["to.save invalid"]),
                (
                    ["userId": "ada", "devices": [phone], "email": "a@example.org", "save": true],
                    ["to.devices invalid"]
                ),
                (["userId": "ada", "email": "a@example.org", "save": 1], ["to.save wrongType"]),
            ]
            for refusal in refusals {
                let answer = try await client.send("POST", "/v1/notifications", Self.send(refusal.to))
                #expect(answer.status == 422)
                #expect(answer.fields == refusal.fields)
            }
            let user = try await client.send("PUT", "/v1/users/ada", ["email": "a@example.org", "save": true])
            #expect(user.fields == ["save unknown"])
            #expect(try await api.rows() == 0)
        }
    }

    @Test func manyAtOnceOfOneUserAndOfMany() async throws {
        try await withAPI { api in
            let client = try await api.client()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for place in 0..<40 {
                    group.addTask {
                        let users = (0..<5).map { user in
                            let email = JSON.string("p\(place)@example.org")
                            return ["userId": .string("u\((user + place) % 5)"), "email": email, "save": true] as JSON
                        }
                        let answer = try await client.send("POST", "/v1/notifications", Self.send(.array(users)))
                        #expect(answer.status == 202)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await api.count("recipients") == 5)
            #expect(try await api.count("notifications") == 200)
        }
    }
}
