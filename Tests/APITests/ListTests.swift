import Foundation
import Notifications
import TestSupport
import Testing

/// The lists of notifications and users.
struct ListTests {
    private func all(_ path: String, _ client: Client) async throws -> [JSON] {
        var items: [JSON] = []
        var after = ""
        repeat {
            let page = try await client.send("GET", "\(path)&limit=2\(after)")
            try #require(page.status == 200, "\(page.body.text)")
            items += page.body["items"]?.array ?? []
            after = page.body["next"]?.string.map { "&after=\($0)" } ?? ""
        } while !after.isEmpty
        return items
    }

    @Test func notificationsAreListedAsTheirDocuments() async throws {
        try await withAPI { api in
            let client = try await api.client()
            var ids: [String] = []
            for number in 0..<5 {
                ids.append(
                    try await client.post([
                        "to": ["userId": .string("u\(number % 2)")], "channels": ["inApp"], "title": "x",
                    ]))
            }
            let listed = try await all("/v1/notifications?", client)
            #expect(listed.compactMap { $0["id"]?.string } == ids.sorted(by: >))
            #expect(try await client.send("GET", "/v1/notifications/\(ids[0])").body == listed.last)
            #expect(try await all("/v1/notifications?userId=u1", client).count == 2)
            #expect(try await all("/v1/notifications?status=pending", client).isEmpty)
            #expect(try await all("/v1/notifications?channel=inApp&status=unread", client).count == 5)
            let stranger = try await api.client(tenant: "stranger")
            #expect(try await stranger.send("GET", "/v1/notifications").body == ["items": [], "next": nil])
            #expect(try await stranger.send("GET", "/v1/notifications?userId=u1").body["items"] == [])
        }
    }

    @Test func cursorOfAnotherTenantShowsNothingOfIts() async throws {
        try await withAPI { api in
            let client = try await api.client()
            for _ in 0..<3 { _ = try await client.post(["to": ["email": "a@example.org"], "title": "Secret"]) }
            let next = try #require(try await client.send("GET", "/v1/notifications?limit=1").body["next"]?.string)
            let stranger = try await api.client(tenant: "stranger")
            let answer = try await stranger.send("GET", "/v1/notifications?after=\(next)").body
            #expect(answer == ["items": [], "next": nil])
        }
    }

    @Test(arguments: [
        ("notifications", "status=nonsense", "status"), ("notifications", "status=unread", "status"),
        ("notifications", "channel=email&status=partial", "status"), ("notifications", "channel=x", "channel"),
        ("notifications", "type=x", "type"), ("notifications", "since=yesterday", "since"),
        ("notifications", "until=x", "until"), ("notifications", "limit=101", "limit"),
        ("notifications", "after=x", "after"), ("users", "after=x", "after"), ("users", "limit=0", "limit"),
        ("users", "q=a%00", "q"), ("users/u/inbox", "status=x", "status"), ("users/u/inbox", "after=WyIxIl0", "after"),
    ])
    func badParametersAreRefusedByName(list: String, query: String, field: String) async throws {
        try await withAPI { api in
            let answer = try await api.client().send("GET", "/v1/\(list)?\(query)")
            #expect(answer.status == 422)
            #expect(answer.fields == ["\(field) invalid"])
        }
    }

    @Test func usersAreListedWithTheirDevicesAndFoundByTheirIds() async throws {
        try await withAPI { api in
            let client = try await api.client()
            for id in ["ada", "bob", "b%C3%B6rje"] {
                #expect(try await client.send("PUT", "/v1/users/\(id)", ["email": "x@example.org"]).status == 201)
            }
            let device: JSON = ["route": "push.fcm", "token": "t"]
            #expect(try await client.send("PUT", "/v1/users/ada/devices/phone", device).status == 200)
            let listed = try await all("/v1/users?", client)
            #expect(Set(listed.compactMap { $0["userId"]?.string }) == ["ada", "bob", "börje"])
            #expect(listed.first == (try await client.send("GET", "/v1/users/ada").body))
            #expect(try await all("/v1/users?q=b%C3%B6", client).map { $0["userId"] } == ["börje"])
            let stranger = try await api.client(tenant: "stranger")
            #expect(try await stranger.send("GET", "/v1/users").body == ["items": [], "next": nil])
        }
    }

    @Test func removedDeviceIsGoneForGood() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let device: JSON = ["route": "push.fcm", "token": "t"]
            _ = try await client.send("PUT", "/v1/users/ada", ["email": "x@example.org"])
            _ = try await client.send("PUT", "/v1/users/ada/devices/phone", device)
            let stranger = try await api.client(tenant: "stranger")
            #expect(try await stranger.send("DELETE", "/v1/users/ada/devices/phone").status == 404)
            #expect(try await client.send("DELETE", "/v1/users/ada/devices/phone").status == 204)
            #expect(try await client.send("DELETE", "/v1/users/ada/devices/phone").status == 404)
            #expect(try await client.send("DELETE", "/v1/users/nobody/devices/phone").status == 404)
            #expect(try await client.send("GET", "/v1/users/ada/devices").body == ["devices": []])
        }
    }

    @Test func readingAllEmptiesWhatIsUnreadOfOneUserOnly() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.send, .read, .stream])
            for user in ["ada", "ada", "bob"] {
                _ = try await client.post(["to": ["userId": .string(user)], "channels": ["inApp"], "title": "x"])
            }
            let stranger = try await api.client(tenant: "stranger")
            let path = "/v1/users/ada/inbox/read-all"
            #expect(try await stranger.send("POST", path).body == ["read": 0, "remaining": false])
            let before = Timestamp.text(Date().addingTimeInterval(-60))
            #expect(try await client.send("POST", "\(path)?before=\(before)").body["read"] == 0)
            var reader = try await EventReader(client)
            #expect(try await client.send("POST", path).body == ["read": 2, "remaining": false])
            #expect(try await reader.nextEvent()?.data?["status"] == "read")
            #expect(try await client.send("POST", path).body["read"] == 0)
            #expect(try await client.send("GET", "/v1/users/ada/inbox").body["unreadCount"] == 0)
            #expect(try await client.send("GET", "/v1/users/ada/inbox?status=unread").body["notifications"] == [])
            #expect(try await client.send("GET", "/v1/users/bob/inbox").body["unreadCount"] == 1)
            #expect(try await client.send("POST", "\(path)?before=x").fields == ["before invalid"])
        }
    }

    @Test(arguments: [
        ("POST", "/v1/users/u42/inbox/read-all?befor=2026-01-01T00:00:00Z", "befor"),
        ("GET", "/v1/notifications?limit=1&userid=u42", "userid"), ("HEAD", "/v1/users?Limit=1", nil),
        ("DELETE", "/v1/users/u42?dryRun=true", "dryRun"), ("GET", "/v1/events/stream?tenant=x", "tenant"),
        ("GET", "/v1/users/u42?", nil),
    ])
    func parameterThatIsNotKnownIsRefused(method: String, path: String, name: String?) async throws {
        try await withAPI { api in
            let client = try await api.client()
            _ = try await client.send("PUT", "/v1/users/u42", ["email": "a@example.org"])
            let answer = try await client.send(method, path)
            #expect((answer.status == 422) == (name != nil || method == "HEAD"))
            #expect(answer.fields == (name.map { ["\($0) unknown"] } ?? []))
            #expect(try await client.send("GET", "/v1/users/u42").status == 200)
        }
    }

    /// Whoever forgot to say when must not be given, or mark as read, what they would without it.
    @Test(arguments: [
        ("GET", "/v1/notifications?since=", "since"), ("GET", "/v1/notifications?userId=", "userId"),
        ("GET", "/v1/notifications?status=", "status"), ("GET", "/v1/users?limit=", "limit"),
        ("GET", "/v1/users?after=", "after"), ("POST", "/v1/users/u42/inbox/read-all?before=", "before"),
        ("GET", "/v1/events/stream?channel=", "channel"), ("GET", "/v1/events/stream?userId=", "userId"),
    ])
    func emptyParameterIsNotAMissingOne(method: String, path: String, name: String) async throws {
        try await withAPI { api in
            let answer = try await api.client().send(method, path)
            #expect(answer.status == 422 && answer.fields == ["\(name) invalid"])
        }
    }
}
