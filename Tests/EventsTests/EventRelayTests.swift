import Events
import Foundation
import LocalServers
import Notifications
import Redis
import Telemetry
import TestSupport
import Testing

struct EventRelayTests {
    @Test func eventReachesEverySubscriberOfItsTenantAndNobodyElse() async throws {
        try await withRelay { fixture in
            var first = fixture.relay.subscribe(tenant: fixture.tenant).makeAsyncIterator()
            var second = fixture.relay.subscribe(tenant: fixture.tenant).makeAsyncIterator()
            let other = fixture.relay.subscribe(tenant: "other-\(fixture.tenant)")
            let event = fixture.event(7)
            try await fixture.publish(event)
            #expect(await first.next() == .event(event))
            #expect(await second.next() == .event(event))
            other.beat()
            var otherNews = other.makeAsyncIterator()
            #expect(await otherNews.next() == .heartbeat)
        }
    }

    @Test func filterHoldsBackWhatIsNotWanted() async throws {
        try await withRelay { fixture in
            let filter = EventFilter(userId: "u1", statuses: ["delivered"])
            var news = fixture.relay.subscribe(tenant: fixture.tenant, filter: filter).makeAsyncIterator()
            let wanted = fixture.event(3, userId: "u1", status: "delivered")
            try await fixture.publish(
                fixture.event(1, userId: "u2", status: "delivered"), fixture.event(2, userId: "u1"), wanted)
            #expect(await news.next() == .event(wanted))
        }
    }

    @Test func whatIsNoEventIsPassedOver() async throws {
        try await withRelay { fixture in
            var news = fixture.relay.subscribe(tenant: fixture.tenant).makeAsyncIterator()
            for payload in ["", "{", "[]", #"{"id":1,"status":"sent"}"#] { try await fixture.publish(payload) }
            let event = fixture.event(2)
            try await fixture.publish(event)
            #expect(await news.next() == .event(event))
        }
    }

    @Test func slowReaderGetsWhatWaitsThenOneResyncThenTheEnd() async throws {
        try await withRelay(bufferedEvents: 2) { fixture in
            let subscription = fixture.relay.subscribe(tenant: fixture.tenant)
            let events = (1...5).map { fixture.event($0) }
            for event in events { try await fixture.publish(event) }
            try await eventually("the slow reader is cut") { fixture.relay.subscriberCount == 0 }
            var news: [EventNews] = []
            for await one in subscription { news.append(one) }
            #expect(news == [.event(events[0]), .event(events[1]), .resync(.slowReader)])
            #expect(fixture.relay.metrics.resyncs[.slowReader].value == 1)
        }
    }

    @Test func subscriptionGoesWithItsReader() async throws {
        try await withRelay { fixture in
            let subscription = fixture.relay.subscribe(tenant: fixture.tenant)
            let reader = Task { for await _ in subscription {} }
            #expect(fixture.relay.subscriberCount == 1)
            reader.cancel()
            await reader.value
            try await eventually("the relay forgets it") { fixture.relay.subscriberCount == 0 }
        }
    }

    @Test func finishedSubscriptionIsReadToItsEnd() async throws {
        try await withRelay { fixture in
            let subscription = fixture.relay.subscribe(tenant: fixture.tenant)
            subscription.beat()
            subscription.finish()
            subscription.beat()
            var news: [EventNews] = []
            for await one in subscription { news.append(one) }
            #expect(news == [.heartbeat])
        }
    }

    @Test func resumePointFollowsTheOrderOfPublishing() async throws {
        try await withRelay { fixture in
            var news = fixture.relay.subscribe(tenant: fixture.tenant).makeAsyncIterator()
            let start: Int64 = .random(in: 1_000_000...1_000_000_000)
            try await fixture.publish(fixture.event(start), fixture.event(start + 2), fixture.event(start + 1))
            for _ in 1...3 { _ = await news.next() }
            let point = fixture.relay.resumePoint(after: start + 2)
            #expect((start...start + 3).filter(point.isMissed) == [start + 1, start + 3])
        }
    }

    @Test func everybodyIsToldOnceRedisIsBack() async throws {
        let directory = "/tmp/belfry-events-\(UUID().uuidString)"
        let redis = try await LocalRedis.start(directory: directory, durable: false)
        try await withRelay(url: redis.url) { fixture in
            var mine = fixture.relay.subscribe(tenant: fixture.tenant).makeAsyncIterator()
            var other = fixture.relay.subscribe(tenant: "other").makeAsyncIterator()
            let first = fixture.event(100)
            try await fixture.publish(first)
            #expect(await mine.next() == .event(first))
            #expect(!fixture.relay.resumePoint(after: 100).isMissed(98), "it was published before")
            _ = try await fixture.client.execute(RedisCommand("CLIENT", "KILL", "TYPE", "pubsub"))
            #expect(await mine.next() == .resync(.eventsLost))
            #expect(fixture.relay.resumePoint(after: 100).isMissed(98), "or meanwhile")
            #expect(await other.next() == .resync(.eventsLost))
            let event = fixture.event(1)
            try await fixture.publish(event)
            #expect(await mine.next() == .event(event))
        }
        await redis.stop()
        try FileManager.default.removeItem(atPath: directory)
    }

    @Test func shutdownEndsEverySubscription() async throws {
        var subscription: EventSubscription?
        try await withRelay { fixture in subscription = fixture.relay.subscribe(tenant: fixture.tenant) }
        var news = try #require(subscription).makeAsyncIterator()
        #expect(await news.next() == nil)
    }
}
