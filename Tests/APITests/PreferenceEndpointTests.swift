import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

@Suite struct PreferenceEndpointTests {
    private func user(_ client: Client, _ id: String = "u42") async throws {
        let answer = try await client.send(
            "PUT", "/v1/users/\(id)", ["email": "a@example.org", "phone": "+46701234567"])
        #expect(answer.status == 201)
    }

    @Test func preferencesAreSetAndRead() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let path = "/v1/users/u42/preferences"
            #expect(try await client.send("GET", path).status == 404)
            #expect(try await client.send("PUT", path, [:]).status == 404)
            try await user(client)
            let none: JSON = ["channels": [:], "types": [:], "categories": [:], "quietHours": nil]
            #expect(try await client.send("GET", path).body == none)
            let set = try await client.send(
                "PUT", path,
                ["types": ["marketing": ["email": false]], "quietHours": ["from": "22:00", "to": "07:00"]])
            #expect(set.status == 200)
            #expect(set.body["types"] == ["marketing": ["email": false]])
            #expect(set.body["quietHours"]?["channels"] == ["push", "sms", "chat"])
            #expect(try await client.send("GET", path).body == set.body)
            let bad = try await client.send("PUT", path, ["channels": ["fax": false]])
            #expect(bad.status == 422)
            #expect(bad.fields == ["channels.fax unknown"])
            #expect(try await client.send("GET", path).body == set.body)
            #expect(try await client.send("PUT", path, [:]).body == none)
        }
    }

    @Test func defaultsAreSetAndReadByOperators() async throws {
        try await withAPI { api in
            let admin = try await api.client(scopes: [.admin])
            let first = try await admin.send("GET", "/v1/preferences")
            #expect(first.status == 200)
            #expect(first.body["timezone"] == "UTC")
            #expect(first.body["passes"] == ["critical": ["quietHours", "limits"], "transactional": ["channels"]])
            let set = try await admin.send(
                "PUT", "/v1/preferences", ["timezone": "Europe/Stockholm", "channels": ["sms": false]])
            #expect(set.status == 200)
            #expect(set.body["timezone"] == "Europe/Stockholm")
            #expect(try await admin.send("GET", "/v1/preferences").body == set.body)
            let bad = try await admin.send("PUT", "/v1/preferences", ["timezone": "Mars"])
            #expect(bad.fields == ["timezone invalid"])
            let other = try await api.client(tenant: "stranger", scopes: [.admin])
            #expect(try await other.send("GET", "/v1/preferences").body == first.body)
        }
    }

    @Test func whatAUserDoesNotWantIsSkippedAndSaysWhy() async throws {
        try await withAPI { api in
            let client = try await api.client()
            try await user(client)
            let preferences: JSON = ["categories": ["weekly": ["email": false, "inApp": false]]]
            _ = try await client.send("PUT", "/v1/users/u42/preferences", preferences)
            let answer = try await client.send(
                "POST", "/v1/notifications", ["to": ["userId": "u42"], "title": "News", "category": "weekly"])
            #expect(answer.status == 202)
            #expect(answer.body["category"] == "weekly")
            let channels = try #require(answer.body["channels"])
            #expect(channels["email"]?["status"] == "skipped")
            #expect(
                channels["email"]?["error"]
                    == [
                        "code": "preference",
                        "detail": "The user's preferences turn it off: categories.weekly.email.",
                    ])
            #expect(channels["inApp"]?["status"] == "skipped")
            #expect(channels["sms"]?["status"] == "pending")
            #expect(try await client.send("GET", "/v1/users/u42/inbox").body["unreadCount"] == 0)
            #expect(try await api.count("deliveries") == 1)
        }
    }

    @Test func inboxAloneIsAsMuchForTheUserToSay() async throws {
        try await withAPI { api in
            let client = try await api.client()
            try await user(client)
            _ = try await client.send("PUT", "/v1/users/u42/preferences", ["types": ["alert": ["inApp": false]]])
            for (type, unread) in [("alert", 0), ("system", 1)] as [(JSON, JSON)] {
                _ = try await client.post([
                    "to": ["userId": "u42"], "channels": ["inApp"], "title": "T", "type": type,
                ])
                #expect(try await client.send("GET", "/v1/users/u42/inbox").body["unreadCount"] == unread)
            }
        }
    }

    @Test func whatComesInQuietHoursIsScheduledForTheirEnd() async throws {
        try await withAPI { api in
            let client = try await api.client()
            try await user(client)
            _ = try await client.send("PUT", "/v1/users/u42/preferences", ["quietHours": .quietNow(["sms"])])
            let answer = try await client.send(
                "POST", "/v1/notifications",
                ["to": ["userId": "u42"], "title": "T", "channels": ["email", "sms"]])
            let sms = try #require(answer.body["channels"]?["sms"])
            #expect(sms["status"] == "scheduled")
            #expect(sms["error"]?["code"] == "quietHours")
            let end = try #require(sms["error"]?["until"]?.date)
            #expect(end > Date() && end < Date() + 4 * 3600)
            #expect(answer.body["channels"]?["email"]?["status"] == "pending")
            let due: Date = try await api.pool.query("SELECT not_before FROM deliveries WHERE route = 'sms'")[0].get(0)
            #expect(due == end)
            let critical = try await client.send(
                "POST", "/v1/notifications",
                ["to": ["userId": "u42"], "title": "T", "channels": ["sms"], "priority": "critical"])
            #expect(critical.body["channels"]?["sms"]?["status"] == "pending")
        }
    }

    @Test func defaultsHoldForLiteralAddressesAndForOneTenantOnly() async throws {
        try await withAPI { api in
            let (client, other) = (try await api.client(), try await api.client(tenant: "stranger"))
            let admin = try await api.client(scopes: [.admin])
            let marketing: JSON = [
                "to": ["email": "a@example.org"], "title": "T", "type": "marketing", "channels": ["email"],
            ]
            func status(_ client: Client) async throws -> JSON? {
                try await client.send("POST", "/v1/notifications", marketing).body["channels"]?["email"]?["status"]
            }
            #expect(try await status(client) == "pending")
            _ = try await admin.send("PUT", "/v1/preferences", ["types": ["marketing": ["email": false]]])
            #expect(try await status(client) == "skipped", "known at once")
            #expect(try await status(other) == "pending")
        }
    }

    @Test func preferencesOfAnotherTenantDoNotExist() async throws {
        try await withAPI { api in
            let (mine, theirs) = (try await api.client(), try await api.client(tenant: "stranger"))
            try await user(mine)
            _ = try await mine.send("PUT", "/v1/users/u42/preferences", ["channels": ["sms": false]])
            #expect(try await theirs.send("GET", "/v1/users/u42/preferences").status == 404)
            #expect(try await theirs.send("PUT", "/v1/users/u42/preferences", [:]).status == 404)
            try await user(theirs)
            #expect(try await theirs.send("GET", "/v1/users/u42/preferences").body["channels"] == [:])
        }
    }

    @Test func categoryIsBounded() async throws {
        try await withAPI { api in
            let long = JSON(String(repeating: "c", count: 129))
            let answer = try await api.client().send(
                "POST", "/v1/notifications", ["to": ["email": "a@example.org"], "title": "T", "category": long])
            #expect(answer.status == 422)
            #expect(answer.fields == ["category tooLong"])
        }
    }
}

extension JSON {
    /// Four hours in the middle of which it is now, in UTC.
    static func quietNow(_ channels: JSON) -> JSON {
        func text(_ minute: Int) -> JSON {
            func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            return .string("\(two(minute % 1440 / 60)):\(two(minute % 60))")
        }
        let minute = Int(Date().timeIntervalSince1970 / 60) % 1440
        return ["from": text(minute + 1320), "to": text(minute + 120), "channels": channels]
    }
}
