import Notifications
import Queue
import TestSupport
import Testing

/// What one tenant has does not exist for another.
struct TenantIsolationTests {
    @Test func foreignNotificationIsNotFoundOnAnyRoute() async throws {
        try await withAPI { api in
            let owner = try await api.client()
            let stranger = try await api.client(tenant: "stranger")
            let id = try await owner.post(["to": ["userId": "u42"], "channels": ["inApp"], "title": "Secret"])
            let before = try await owner.send("GET", "/v1/notifications/\(id)").body
            for (method, path) in [
                ("GET", ""), ("GET", "/events"), ("PATCH", "/read"), ("PATCH", "/archive"), ("PATCH", "/unarchive"),
                ("POST", "/retry"),
            ] {
                let answer = try await stranger.send(method, "/v1/notifications/\(id)\(path)")
                #expect(answer.status == 404, "\(method) \(path)")
                #expect(!answer.body.text.contains("Secret"))
            }
            #expect(try await owner.send("GET", "/v1/notifications/\(id)").body == before)
        }
    }

    @Test func usersOfTwoTenantsWithOneIdAreTwoUsers() async throws {
        try await withAPI { api in
            let (mine, theirs) = (try await api.client(), try await api.client(tenant: "stranger"))
            let device: JSON = ["route": "push.fcm", "token": "t"]
            #expect(try await mine.send("PUT", "/v1/users/u42", ["email": "mine@example.org"]).status == 201)
            #expect(try await mine.send("PUT", "/v1/users/u42/devices/phone", device).status == 200)
            #expect(try await theirs.send("GET", "/v1/users/u42").status == 404)
            #expect(try await theirs.send("GET", "/v1/users/u42/devices").status == 404)
            #expect(try await theirs.send("PUT", "/v1/users/u42/devices/phone", device).status == 404)
            #expect(try await theirs.send("DELETE", "/v1/users/u42").status == 404)
            #expect(try await theirs.send("PUT", "/v1/users/u42", ["email": "theirs@example.org"]).status == 201)
            #expect(try await mine.send("GET", "/v1/users/u42").body["email"] == "mine@example.org")
            #expect(try await theirs.send("GET", "/v1/users/u42").body["devices"] == nil)
        }
    }

    @Test func userOfAnotherTenantCannotBeSentTo() async throws {
        try await withAPI { api in
            _ = try await api.client().send("PUT", "/v1/users/u42", ["email": "mine@example.org"])
            let answer = try await api.client(tenant: "stranger").send(
                "POST", "/v1/notifications", ["to": ["userId": "u42"], "channels": ["email"], "title": "x"])
            #expect(answer.status == 422)
            #expect(answer.fields == ["to.userId invalid"])
        }
    }

    @Test func inboxShowsOnlyOnesOwn() async throws {
        try await withAPI { api in
            _ = try await api.client().post(["to": ["userId": "u42"], "channels": ["inApp"], "title": "Mine"])
            let inbox = try await api.client(tenant: "stranger").send("GET", "/v1/users/u42/inbox").body
            #expect(inbox == ["notifications": [], "unreadCount": 0, "next": nil])
        }
    }

    @Test func streamShowsOnlyOnesOwnLiveAndReplayed() async throws {
        try await withAPI { api in
            let foreign = try await api.log(api.event())
            var own = api.event()
            own.tenant = "\(api.tenant)-stranger"
            own = try await api.log(own)
            var reader = try await EventReader(
                try await api.client(tenant: own.tenant), headers: ["last-event-id": "0"])
            #expect(try await reader.nextEvent()?.data == own.json)
            try await api.queue.publish([foreign])
            var live = api.event()
            live.tenant = own.tenant
            try await api.queue.publish([live])
            #expect(try await reader.nextEvent()?.data == live.json)
        }
    }
}
