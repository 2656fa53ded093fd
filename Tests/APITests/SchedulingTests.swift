import Documents
import Foundation
import Notifications
import Queue
import TestSupport
import Testing

/// When a request says that it is due.
struct SchedulingTests {
    @Test func delayIsTheTimeToSendFromNow() async throws {
        try await withAPI { api in
            let before = api.clock.now
            let answer = try await api.client().send(
                "POST", "/v1/notifications",
                ["to": ["email": "a@example.org"], "title": "x", "delay": "15m", "expiresIn": "1h"])
            #expect(answer.status == 202)
            #expect(answer.body["status"] == "scheduled")
            let sendAt = try #require(answer.body["sendAt"]?.date)
            #expect(sendAt >= before + 900 && sendAt <= api.clock.now + 901)
            #expect(answer.body["expiresAt"] == JSON(sendAt + 3600))
        }
    }

    @Test func timeOfDayIsThatOfEachRecipient() async throws {
        try await withAPI { api in
            let client = try await api.client()
            _ = try await client.send(
                "PUT", "/v1/users/ada", ["email": "ada@example.org", "timezone": "Asia/Tokyo"])
            // Zones where no clock is ever changed.
            let day = String(Timestamp.text(api.clock.now + 3 * 86_400).prefix(10))
            let answer = try await client.send(
                "POST", "/v1/notifications",
                [
                    "to": [
                        ["userId": "ada"], ["userId": "ada", "timezone": "Asia/Kolkata"],
                        ["email": "bob@example.org", "timezone": "America/Bogota"], ["email": "eve@example.org"],
                    ], "title": "x", "sendAt": ["localTime": "09:00", "date": .string(day)],
                ])
            #expect(answer.status == 202, "\(answer.body.text)")
            var times: [String?] = []
            for entry in answer.body["notifications"]?.array ?? [] {
                let document = try await client.send("GET", "/v1/notifications/\(entry["id"]?.string ?? "")").body
                times.append(document["sendAt"]?.string)
            }
            #expect(times == ["00:00", "03:30", "14:00", "09:00"].map { "\(day)T\($0):00.000Z" })
        }
    }

    @Test func inboxOfAnUnknownUserGoesByUTC() async throws {
        try await withAPI { api in
            let client = try await api.client()
            _ = try await client.send("PUT", "/v1/users/ada", ["timezone": "Asia/Kolkata"])
            for (user, minutes) in [("ada", 30), ("nobody", 0)] {
                let answer = try await client.send(
                    "POST", "/v1/notifications",
                    [
                        "to": ["userId": .string(user)], "channels": ["inApp"], "title": "x",
                        "sendAt": ["localTime": "09:00"],
                    ])
                #expect(answer.status == 202)
                let sendAt = try #require(answer.body["sendAt"]?.date)
                #expect(Int(sendAt.timeIntervalSince1970) % 3600 == minutes * 60)
                #expect(sendAt.timeIntervalSince(api.clock.now) < 86_400)
                #expect(answer.body["channels"]?["inApp"]?["status"] == "scheduled")
            }
        }
    }

    @Test func whereNobodySaysWhoLivesWhereTheTenantsZoneCounts() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.send, .admin])
            #expect(try await client.send("PUT", "/v1/preferences", ["timezone": "Asia/Kolkata"]).status == 200)
            for (recipient, minutes) in [
                (["email": "a@example.org"], 30), (["email": "a@example.org", "timezone": "UTC"], 0),
            ] as [(JSON, Int)] {
                let answer = try await client.send(
                    "POST", "/v1/notifications", ["to": recipient, "title": "x", "sendAt": ["localTime": "09:00"]])
                let sendAt = try #require(answer.body["sendAt"]?.date)
                #expect(Int(sendAt.timeIntervalSince1970) % 3600 == minutes * 60)
            }
        }
    }

    @Test func zoneThatDoesNotExistIsRefusedByName() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let user = try await client.send("PUT", "/v1/users/ada", ["timezone": "Mars/Olympus"])
            #expect(user.fields == ["timezone invalid"])
            let answer = try await client.send(
                "POST", "/v1/notifications",
                [
                    "to": ["email": "a@example.org", "timezone": "Mars/Olympus"], "title": "x",
                    "sendAt": ["localTime": "09:00"],
                ])
            #expect(answer.fields == ["to.timezone invalid"])
        }
    }
}

/// Of what is about the same, only the newest is sent.
struct CollapseKeyTests {
    @Test func ofHundredPostsAtOnceOneStays() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let ids = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        try await client.post([
                            "to": ["email": "a@example.org"], "title": .string("No. \(number)"), "collapseKey": "k",
                            "delay": "30d",
                        ])
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try await eventually("one is left") { try await api.count("deliveries") == 1 }
            let newest = try #require(ids.max())
            for id in ids {
                let document = try await client.send("GET", "/v1/notifications/\(id)").body
                #expect(document["collapseKey"] == "k")
                #expect(document["status"] == (id == newest ? "scheduled" : "cancelled"))
                let error = document["channels"]?["email"]?["error"]
                #expect(error?["code"]?.string == (id == newest ? nil : "collapsed"))
            }
            #expect(try await api.count("delivery_events") == 99)
        }
    }

    @Test func whatIsCollapsedLeavesTheQueue() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let body: JSON = ["to": ["email": "a@example.org"], "title": "x", "collapseKey": "k", "delay": "10m"]
            _ = try await client.post(body)
            try await eventually("the first is in the queue") {
                try await api.queue.counts(of: .email).scheduled == 1
            }
            _ = try await client.post(body)
            try await eventually("the second is there alone") {
                let counts = try await api.queue.counts(of: .email)
                return try await api.count("deliveries") == 1 && counts.scheduled == 1
            }
        }
    }
}
