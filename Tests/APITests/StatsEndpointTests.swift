import Documents
import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

/// Figures of what was accepted and what became of it.
struct StatsEndpointTests {
    @Test func figuresAreShownByTheHourAndInTotal() async throws {
        try await withAPI { api in
            let client = try await api.client()
            for _ in 0..<2 {
                _ = try await client.post([
                    "to": ["userId": "u42", "email": "a@example.org"], "channels": ["email", "inApp"], "title": "x",
                    "type": "alert",
                ])
            }
            let tally = StatsTally(pool: api.pool)
            while try await tally.countAccepted(before: Date().addingTimeInterval(60)) {}
            _ = try await tally.countEvents(upTo: 0, at: Date())
            let answer = try await client.send("GET", "/v1/stats")
            #expect(answer.status == 200)
            let expected: JSON = ["email": ["accepted": 2], "inApp": ["accepted": 2, "unread": 2]]
            #expect(answer.body["total"] == ["notifications": 2, "channels": expected])
            // Two hours, where one has just ended.
            let items = try #require(answer.body["items"]?.array)
            #expect(items.compactMap { $0["notifications"]?.int }.reduce(0, +) == 2)
            #expect(items.allSatisfy { $0["at"]?.string?.hasSuffix(":00:00.000Z") == true })
            #expect(answer.body["by"] == "hour")
            #expect(answer.body["countedUntil"]?.date != nil)
            let day = try await client.send("GET", "/v1/stats?by=day&channel=inApp&type=alert").body
            #expect(day["total"] == ["notifications": 2, "channels": ["inApp": ["accepted": 2, "unread": 2]]])
            let none: JSON = ["notifications": 0, "channels": [:]]
            #expect(try await client.send("GET", "/v1/stats?type=system").body["total"] == none)
            #expect(
                try await client.send("GET", "/v1/stats?to=\(Timestamp.text(Date().addingTimeInterval(-86400)))")
                    .body["total"] == none)
            #expect(try await api.client(tenant: "stranger").send("GET", "/v1/stats").body["total"] == none)
        }
    }

    @Test(arguments: [
        ("by=week", "by"), ("channel=x", "channel"), ("type=x", "type"), ("from=x", "from"), ("to=x", "to"),
        ("from=2026-11-21T10:00:00Z&to=2026-11-21T10:59:00Z", "from"),
        ("from=2026-01-01T00:00:00Z&to=2026-02-01T01:00:00Z", "from"),
        ("by=day&from=2026-01-01T00:00:00Z&to=2027-01-03T00:00:00Z", "from"),
    ])
    func badParametersAreRefusedByName(query: String, field: String) async throws {
        try await withAPI { api in
            let answer = try await api.client().send("GET", "/v1/stats?\(query)")
            #expect(answer.status == 422)
            #expect(answer.fields == ["\(field) invalid"])
        }
    }
}
