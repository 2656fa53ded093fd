import API
import Documents
import Events
import Foundation
import Notifications
import Postgres
import Queue
import ServiceLifecycle
import Telemetry
import TestSupport
import Testing

/// An event that never comes must not hold up the rest.
@Suite(.timeLimit(.minutes(3))) struct StreamTests {
    @Test func eventsAreStreamedAsTheyHappen() async throws {
        try await withAPI { api in
            let client = try await api.client()
            var reader = try await EventReader(client)
            let id = try await client.post(["to": ["userId": "u42"], "channels": ["inApp"], "title": "x"])
            for status in ["accepted", "unread"] {
                let block = try #require(try await reader.nextEvent())
                #expect(block.name == "status")
                #expect(block.id == nil)
                #expect(block.data?["status"]?.string == status)
                #expect(block.data?["notificationId"]?.string == id)
            }
            _ = try await client.send("PATCH", "/v1/notifications/\(id)/read")
            let read = try #require(try await reader.nextEvent())
            #expect(read.data?["status"] == "read")
            #expect(read.data?["previous"] == "unread")
            #expect(read.id != nil)
            #expect(read.id == read.data?["id"]?.int.map { String($0) })
        }
    }

    @Test func filtersNarrowLiveAndReplayedEvents() async throws {
        try await withAPI { api in
            let wanted = try await api.log(api.event(userId: "u1", channel: .sms, status: "delivered"))
            _ = try await api.log(api.event(userId: "u2", channel: .sms, status: "delivered"))
            _ = try await api.log(api.event(userId: "u1", channel: .push, status: "delivered"))
            _ = try await api.log(api.event(userId: "u1", channel: .sms, status: "failed"))
            var reader = try await EventReader(
                try await api.client(), "?userId=u1&channel=sms,email&status=sent,delivered",
                headers: ["last-event-id": "0"])
            #expect(try await reader.nextEvent()?.data == wanted.json)
            let live = api.event(userId: "u1", channel: .email, status: "sent")
            try await api.queue.publish([api.event(userId: "u2"), api.event(userId: "u1", channel: .push), live])
            #expect(try await reader.nextEvent()?.data == live.json)
        }
    }

    @Test func oneNotificationCanBeWatched() async throws {
        try await withAPI { api in
            let event = api.event()
            var reader = try await EventReader(
                try await api.client(), "?notificationId=\(event.notificationId.text)")
            try await api.queue.publish([api.event(), event])
            #expect(try await reader.nextEvent()?.data == event.json)
        }
    }

    @Test func resumedStreamHasNeitherGapNorDouble() async throws {
        try await withAPI { api in
            let client = try await api.client()
            // The order of publishing is that of one Redis, which other tests publish to: their numbers are others.
            let start = Int64.random(in: 1_000_000...1_000_000_000)
            try await api.pool.query("SELECT setval('delivery_event_ids', \(start))")
            var events: [StatusEvent] = []
            for _ in 0..<6 { events.append(try await api.log(api.event())) }
            var first = try await EventReader(client)
            // The third is committed late: its number is lower than that of the last one seen before the break.
            try await api.queue.publish([events[0], events[1], events[3]])
            var seen: [String?] = []
            for _ in 0..<3 { seen.append(try await first.nextEvent()?.id) }
            var rest = try await EventReader(client)
            try await api.queue.publish([events[2], events[4]])
            for _ in 0..<2 { _ = try await rest.nextEvent() }

            var second = try await EventReader(client, headers: ["last-event-id": try #require(seen[2])])
            for _ in 0..<3 { seen.append(try await second.nextEvent()?.id) }
            // What was replayed comes once more live, and is not sent again.
            let last = try await api.log(api.event())
            try await api.queue.publish([events[5], last])
            seen.append(try await second.nextEvent()?.id)
            #expect(seen == [0, 1, 3, 2, 4, 5].map { events[$0].id.map(String.init) } + [last.id.map(String.init)])
        }
    }

    @Test func whoIsTooFarBehindIsToldToReadAgain() async throws {
        try await withAPI { api in
            try await api.pool.query(
                """
                INSERT INTO delivery_events (at, notification_id, tenant, event)
                SELECT now(), gen_random_uuid(), \(api.tenant),
                    \(JSONB(api.event().json.text)) FROM generate_series(1, 10001)
                """)
            var reader = try await EventReader(
                try await api.client(), "?userId=nobody", headers: ["last-event-id": "0"])
            #expect(try await reader.nextEvent() == EventReader.Block(name: "resync", data: ["reason": "tooFarBehind"]))
            #expect(api.relay.metrics.resyncs[.tooFarBehind].value == 1)
            let live = api.event(userId: "nobody")
            try await api.queue.publish([live])
            #expect(try await reader.nextEvent()?.data == live.json)
        }
    }

    @Test func quietStreamShowsThatItLives() async throws {
        try await withAPI(configure: { $0.heartbeat = .milliseconds(20) }) { api in
            var reader = try await EventReader(try await api.client())
            for _ in 0..<3 { #expect(try await reader.next() == EventReader.Block(comment: "heartbeat")) }
        }
    }

    @Test func streamEndsWhenItsKeyIsRevoked() async throws {
        try await withAPI(configure: {
            $0.heartbeat = .milliseconds(20)
            $0.keyLifetime = .milliseconds(20)
        }) { api in
            let key = try await api.makeKey()
            var reader = try await EventReader(Client(url: api.url, key: key.text))
            #expect(try await KeyStore(pool: api.pool).revoke(key.id))
            #expect(try await reader.nextEvent() == nil)
        }
    }

    @Test func slowReaderIsToldToReadAgainAndCut() async throws {
        try await withAPI(bufferedEvents: 4) { api in
            var reader = try await EventReader(try await api.client())
            try await eventually("the reader is cut") {
                try await api.queue.publish([large(api)])
                return api.relay.subscriberCount == 0
            }
            var last: EventReader.Block?
            while let block = try await reader.nextEvent() { last = block }
            #expect(last == EventReader.Block(name: "resync", data: ["reason": "slowReader"]))
        }
    }

    @Test func readerThatNeverReadsHoldsUpNoShutdown() async throws {
        var reader: EventReader?
        var shutdown = ContinuousClock.now
        try await withAPI(configure: { $0.stallTimeout = .milliseconds(200) }) { api in
            reader = try await EventReader(try await api.client())
            // More than all buffers between the two ends of the connection hold.
            for _ in 0..<300 { try await api.queue.publish([large(api)]) }
            shutdown = .now
        }
        #expect(reader != nil)
        // The client would give up by itself after 90 seconds.
        #expect(ContinuousClock.now - shutdown < .seconds(60))
    }

    private func large(_ api: TestAPI) -> StatusEvent {
        var event = api.event()
        event.failure = DeliveryFailure(code: "test", detail: String(repeating: "x", count: 200_000))
        return event
    }

    @Test func shutdownEndsStreamsInGoodOrder() async throws {
        try await withAPI { api in
            var reader = try await EventReader(try await api.client())
            await api.services.triggerGracefulShutdown()
            #expect(try await reader.nextEvent() == nil)
        }
    }

    @Test(arguments: [
        ("notificationId=x", "notificationId"), ("channel=fax", "channel"), ("status=sent,gone", "status"),
        ("lastEventId=-1", "lastEventId"), ("lastEventId=x", "lastEventId"),
    ])
    func badFiltersAreRefusedByName(query: String, field: String) async throws {
        try await withAPI { api in
            let answer = try await api.client().send("GET", "/v1/events/stream?\(query)")
            #expect(answer.status == 422)
            #expect(answer.fields == ["\(field) invalid"])
        }
    }
}
