import Documents
import Foundation
import Notifications
import Postgres
import Queue
import TestSupport
import Testing

struct SendTests {
    @Test func acceptedNotificationIsTheDocumentThatIsReadLater() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let answer = try await client.send(
                "POST", "/v1/notifications",
                [
                    "to": ["email": "ada@example.org", "phone": "+46701234567"], "title": "Order shipped",
                    "priority": "high", "data": ["orderId": 8812], "metadata": ["shop": "north"],
                ])
            #expect(answer.status == 202)
            let id = try #require(answer.body["id"]?.string)
            #expect(answer.headers["location"] == "/v1/notifications/\(id)")
            #expect(answer.headers["content-type"] == "application/json")
            #expect(answer.body["status"] == "pending")
            #expect(answer.body["channels"]?.object?.members.map(\.name) == ["email", "sms"])
            let document = try await client.send("GET", "/v1/notifications/\(id)")
            #expect(document.status == 200)
            #expect(document.body == answer.body)
        }
    }

    @Test func committedDeliveriesAreEnqueuedOnTheirRoutes() async throws {
        try await withAPI { api in
            let client = try await api.client()
            _ = try await client.post([
                "to": ["email": "ada@example.org", "phone": "+46701234567"], "title": "Hello", "priority": "critical",
            ])
            for route in [Route.email, .sms] {
                try await eventually("\(route) has its job") {
                    try await api.queue.counts(of: route).ready[.critical] == 1
                }
            }
            #expect(try await api.queue.counts(of: .webhook).total == 0)
            #expect(try await api.count("deliveries") == 2)
        }
    }

    @Test func knownUserIsReachedByWhatIsKeptAboutIt() async throws {
        try await withAPI { api in
            let client = try await api.client()
            _ = try await client.send(
                "PUT", "/v1/users/u42",
                [
                    "email": "ada@example.org",
                    "devices": [
                        ["id": "phone", "route": "push.fcm", "token": "a"],
                        ["id": "tablet", "route": "push.fcm", "token": "b"],
                        ["id": "watch", "route": "push.apns", "token": "c"],
                    ],
                ])
            let id = try await client.post(["to": ["userId": "u42"], "title": "Hello"])
            let document = try await client.send("GET", "/v1/notifications/\(id)").body
            #expect(document["channels"]?.object?.members.map(\.name) == ["push", "email", "inApp"])
            #expect(document["channels"]?["inApp"]?["status"] == "unread")
            #expect(document["to"] == ["userId": "u42"])
            let deliveries = try await api.pool.query("SELECT route, cost FROM deliveries ORDER BY route")
            #expect(
                try deliveries.map { "\(try $0.get(0, as: String.self)) \(try $0.get(1, as: Int32.self))" }
                    == ["email 1", "push.apns 1", "push.fcm 2"])
        }
    }

    @Test func inboxTakesUsersNobodyKnows() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let id = try await client.post(["to": ["userId": "new"], "channels": ["inApp"], "title": "Hello"])
            let document = try await client.send("GET", "/v1/notifications/\(id)").body
            #expect(document["channels"] == ["inApp": ["status": "unread", "readAt": nil, "error": nil]])
        }
    }

    @Test func unknownUserWithAnAddressOfItsOwnIsReachedThere() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let answer = try await client.send(
                "POST", "/v1/notifications",
                ["to": ["userId": "new", "email": "a@example.org"], "channels": ["email"], "title": "Hello"])
            #expect(answer.status == 202)
            #expect(answer.body["channels"]?["email"]?["status"] == "pending")
        }
    }

    @Test func listIsAnsweredRecipientByRecipient() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let answer = try await client.send(
                "POST", "/v1/notifications",
                [
                    "to": [["email": "a@example.org"], ["userId": "nobody"], ["email": "b@example.org"]],
                    "title": "Hello",
                ])
            #expect(answer.status == 202)
            #expect(answer.headers["location"] == nil)
            let entries = try #require(answer.body["notifications"]?.array)
            #expect(entries.map { $0["index"] } == [0, 1, 2])
            #expect(entries.map { $0["status"] } == ["pending", nil, "pending"])
            #expect(entries[1]["id"] == nil)
            #expect(
                entries[1]["error"]
                    == ["field": "to[1].userId", "code": "invalid", "detail": "is not a known user"])
            #expect(try await api.count("notifications") == 2)
        }
    }

    @Test func thousandRecipientsAreAcceptedAtOnce() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let to = (0..<1000).map { ["email": .string("u\($0)@example.org")] as JSON }
            let answer = try await client.send(
                "POST", "/v1/notifications", ["to": .array(to), "title": "Hello"])
            #expect(answer.status == 202)
            #expect(Set(answer.body["notifications"]?.array?.compactMap { $0["id"]?.string } ?? []).count == 1000)
            #expect(try await api.count("deliveries") == 1000)
        }
    }

    @Test func scheduledNotificationWaitsInTheQueueOrBeyondItInPostgres() async throws {
        try await withAPI { api in
            let client = try await api.client()
            for wait in [600.0, 7200] {
                let answer = try await client.send(
                    "POST", "/v1/notifications",
                    [
                        "to": ["email": "a@example.org"], "title": "Later",
                        "sendAt": JSON(Date().addingTimeInterval(wait)),
                    ])
                #expect(answer.body["status"] == "scheduled")
            }
            try await eventually("the nearer one is in the queue") {
                try await api.queue.counts(of: .email).scheduled == 1
            }
            #expect(try await api.queue.counts(of: .email).total == 1)
            #expect(try await api.count("deliveries") == 2)
        }
    }

    @Test func channelWithoutAnAddressIsSkippedAndSaysSo() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let answer = try await client.send(
                "POST", "/v1/notifications",
                ["to": ["email": "a@example.org"], "channels": ["email", "sms"], "title": "Hello"])
            #expect(answer.status == 202)
            #expect(answer.body["channels"]?["sms"]?["status"] == "skipped")
            #expect(answer.body["channels"]?["sms"]?["error"]?["code"] == "noAddress")
        }
    }
}
