import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

/// Fetching events instead of listening.
struct EventPullTests {
    @Test func eventsAreFetchedPageByPageAndThenWhatIsNew() async throws {
        try await withAPI { api in
            let client = try await api.client()
            var logged: [StatusEvent] = []
            for _ in 0..<5 { logged.append(try await api.log(api.event())) }
            var stranger = api.event()
            stranger.tenant = "stranger"
            _ = try await api.log(stranger)
            var place = 0
            for expected in [[0, 1], [2, 3], [4], []] {
                let page = try await client.send("GET", "/v1/events?limit=2&after=\(place)").body
                #expect(page["items"] == .array(expected.map { logged[$0].json }))
                place = try #require(page["next"]?.int)
            }
            logged.append(try await api.log(api.event()))
            let page = try await client.send("GET", "/v1/events?after=\(place)").body
            #expect(page["items"] == [logged[5].json])
            #expect(page["remaining"] == false)
        }
    }

    @Test func filtersAreThoseOfTheStream() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let mail = try await api.log(api.event())
            let push = try await api.log(api.event(userId: "ada", channel: .push, status: "failed"))
            for (query, events) in [
                ("channel=push", [push]), ("userId=u42", [mail]), ("status=sent,failed", [mail, push]),
                ("notificationId=\(push.notificationId.text)", [push]), ("channel=sms", []),
            ] {
                let page = try await client.send("GET", "/v1/events?\(query)")
                #expect(page.body["items"] == .array(events.map(\.json)), "\(query)")
            }
            for query in ["after=-1", "after=x", "limit=0", "limit=1001", "channel=x", "status=x", "notificationId=x"] {
                let field = String(query.prefix { $0 != "=" })
                #expect(try await client.send("GET", "/v1/events?\(query)").fields == ["\(field) invalid"])
            }
        }
    }

    /// Another process has taken a lower number and not yet committed: what comes after it waits, or it would be missed.
    @Test func nothingIsShownThatSomethingMayStillComeBefore() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let first = try await api.log(api.event())
            let late = api.event()
            try await api.pool.transaction { connection in
                try await connection.query(
                    """
                    INSERT INTO delivery_events (at, notification_id, tenant, event)
                    VALUES (\(late.at), \(late.notificationId), \(late.tenant), \(JSONB(late.json.text)))
                    """)
                _ = try await api.log(api.event())
                let page = try await client.send("GET", "/v1/events").body
                let shown = page["items"]?.array?.count ?? 0
                #expect(shown <= 1, "what was known to be settled before, and no more")
            }
            let items = try await client.send("GET", "/v1/events").body["items"]?.array
            #expect(items?.count == 3)
            #expect(items?.first == first.json)
            #expect(items?[1]["notificationId"]?.string == late.notificationId.text)
        }
    }

    @Test func aLogOfWhichMillionsWereDroppedIsFoundAtOnce() async throws {
        try await withAPI { api in
            try await api.pool.query("SELECT setval('delivery_event_ids', 70000000)")
            let event = try await api.log(api.event())
            let page = try await api.client().send("GET", "/v1/events").body
            #expect(page["items"] == [event.json])
        }
    }
}
