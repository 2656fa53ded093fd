import Documents
import Foundation
import Notifications
import Postgres
import Queue
import TestSupport
import Testing

struct DeadLetterEndpointTests {
    @Test func lettersAreListedPageByPageForTheirTenantOnly() async throws {
        try await withAPI { api in
            let client = try await api.client()
            var ids: [String] = []
            for _ in 0..<5 { ids.append(try await api.die(client)) }
            var seen: [String] = []
            var after = ""
            repeat {
                let page = try await client.send("GET", "/v1/dead-letters?limit=2\(after)").body
                seen += page["items"]?.array?.compactMap { $0["notificationId"]?.string } ?? []
                after = page["next"]?.string.map { "&after=\($0)" } ?? ""
            } while !after.isEmpty
            #expect(seen == ids.reversed())
            let stranger = try await api.client(tenant: "stranger")
            #expect(try await stranger.send("GET", "/v1/dead-letters").body == ["items": [], "next": nil])
        }
    }

    @Test func letterNamesItsReason() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let id = try await api.die(client)
            let letter = try await client.send("GET", "/v1/dead-letters?channel=email&code=refused").body["items"]
            let diedAt = try #require(letter?.array?.first?["diedAt"])
            #expect(
                letter == [
                    [
                        "notificationId": .string(id), "route": "email", "channel": "email", "userId": nil, "round": 1,
                        "attempts": 1, "provider": "p", "reason": ["code": "refused", "detail": "No."],
                        "diedAt": diedAt,
                    ]
                ])
            for query in ["route=sms", "code=x", "userId=x", "until=2020-01-01T00:00:00Z"] {
                #expect(try await client.send("GET", "/v1/dead-letters?\(query)").body["items"] == [], "\(query)")
            }
        }
    }

    @Test(arguments: [
        ("after=x", "after"), ("after=WyJ4Il0", "after"), ("route=x", "route"), ("channel=x", "channel"),
        ("since=x", "since"), ("until=1", "until"), ("limit=0", "limit"),
    ])
    func badParametersAreRefusedByName(query: String, field: String) async throws {
        try await withAPI { api in
            let answer = try await api.client().send("GET", "/v1/dead-letters?\(query)")
            #expect(answer.status == 422)
            #expect(answer.fields == ["\(field) invalid"])
        }
    }

    @Test func redriveOpensWhatFitsTellsItAndEnqueuesIt() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.send, .read, .admin])
            let id = try await api.die(client)
            let other = try await api.die(client)
            let dry = try await client.send("POST", "/v1/dead-letters/redrive", ["all": true, "dryRun": true])
            #expect(dry.body == ["matched": 2, "redriven": 0, "dryRun": true, "remaining": false])
            let one = try await client.send("POST", "/v1/dead-letters/redrive", ["notificationId": .string(id)])
            #expect(one.status == 200)
            #expect(one.body == ["matched": 1, "redriven": 1, "dryRun": false, "remaining": false])
            let document = try await client.send("GET", "/v1/notifications/\(id)").body
            #expect(document["status"] == "pending")
            #expect(document["channels"]?["email"]?["round"] == 2)
            #expect(try await client.send("GET", "/v1/notifications/\(other)").body["status"] == "failed")
            #expect(try await api.queue.counts(of: .email).ready[.medium] == 2, "one is of before, and stale")
            let again = try await client.send("POST", "/v1/dead-letters/redrive", ["notificationId": .string(id)])
            #expect(again.body == ["matched": 0, "redriven": 0, "dryRun": false, "remaining": false])
        }
    }

    @Test func redriveOfEverythingMustBeSaid() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.admin])
            let requests: [(JSON, [String])] = [
                ([:], ["all conflict"]), (["all": false], ["all conflict"]),
                (["all": true, "route": "email"], ["all conflict"]), (["dryRun": true], ["all conflict"]),
                (["route": "x"], ["route invalid", "all conflict"]), (["all": true, "limit": 1001], ["limit invalid"]),
                (["all": true, "dryRun": 1], ["dryRun wrongType"]), (["all": true, "user": "u"], ["user unknown"]),
            ]
            for (body, fields) in requests {
                let answer = try await client.send("POST", "/v1/dead-letters/redrive", body)
                #expect(answer.status == 422, "\(body.text)")
                #expect(Set(answer.fields) == Set(fields), "\(body.text)")
            }
        }
    }

    /// It would go out by a real provider.
    @Test func testKeyRedrivesWhatWasSentWithOneOnly() async throws {
        try await withAPI { api in
            _ = try await api.die(try await api.client())
            let tester = try await api.client(scopes: [.admin, .send], isTest: true)
            let id = try await api.die(tester)
            #expect(try await tester.send("POST", "/v1/dead-letters/redrive", ["all": true]).body["redriven"] == 1)
            let left = try await api.client().send("GET", "/v1/dead-letters").body["items"]?.array ?? []
            #expect(left.count == 1 && left[0]["notificationId"]?.string != id)
        }
    }

    @Test func foreignLettersAreNotRedriven() async throws {
        try await withAPI { api in
            let id = try await api.die(try await api.client())
            let stranger = try await api.client(tenant: "stranger", scopes: [.admin])
            for body: JSON in [["all": true], ["notificationId": .string(id)]] {
                let answer = try await stranger.send("POST", "/v1/dead-letters/redrive", body)
                #expect(answer.body["matched"] == 0)
            }
            #expect(try await api.count("dead_letters") == 1)
        }
    }
}
