import Foundation
import Notifications
import Queue
import Redis
import Testing

@Suite struct PublishTests {
    private func event(_ status: String, tenant: String) -> StatusEvent {
        StatusEvent(
            notificationId: TestQueue.id(1), tenant: tenant, userId: "u42", channel: .email, status: status,
            at: Date(timeIntervalSince1970: 1_790_000_000))
    }

    @Test func subscriberHearsWhatAnEndingPublishes() async throws {
        try await withQueue { test in
            let (mine, other) = ("tenant-\(UUID().uuidString)", "tenant-\(UUID().uuidString)")
            let topic = StatusEvent.topic(tenant: mine)
            let subscriber = RedisSubscriber(configuration: test.configuration, logger: quiet)
            var events = subscriber.messages(channels: [topic]).makeAsyncIterator()
            #expect(await events.next() == .subscribed)

            try await test.enqueue([1])
            let jobs = try await test.claimed()
            let answers = try await test.queue.end(
                jobs.map { JobEnding($0, .settle) },
                publishing: [event("unheard", tenant: other), event("sent", tenant: mine), event("next", tenant: mine)])
            try await test.queue.publish([event("accepted", tenant: mine)])
            #expect(answers == [.settled])
            for status in ["sent", "next", "accepted"] {
                #expect(
                    await events.next()
                        == .message(channel: topic, payload: event(status, tenant: mine).json.utf8))
            }
        }
    }

    @Test func whatBecameStaleIsHeardWhoeverTells() async throws {
        try await withQueue { test in
            let tenant = "tenant-\(UUID().uuidString)"
            let subscriber = RedisSubscriber(configuration: test.configuration, logger: quiet)
            var heard = subscriber.messages(channels: [StaleEntry.topic]).makeAsyncIterator()
            #expect(await heard.next() == .subscribed)
            let entry = StaleEntry(.keys, tenant: "", key: tenant)
            try await test.queue.publish(stale: [])
            try await test.queue.publish(stale: [entry])
            var removal = event("sent", tenant: tenant)
            removal.outcome = "deviceRemoved"
            try await test.queue.publish([event("sent", tenant: tenant), removal])
            let user = StaleEntry(.recipients, tenant: tenant, key: "u42")
            // All tests share the channel.
            var own: [StaleEntry] = []
            while own.count < 2, case .message(StaleEntry.topic, let payload) = await heard.next() {
                let entry = try #require(StaleEntry(json: try JSON(parsing: payload)))
                if entry.tenant == tenant || entry.key == tenant { own.append(entry) }
            }
            #expect(own == [entry, user])
        }
    }

    @Test func whoeverTellsWaitsLittleForARedisThatIsAway() async throws {
        var configuration = RedisConfiguration(endpoint: .unix(path: "/nowhere"))
        configuration.commandTimeout = .seconds(600)
        let redis = RedisClient(configuration: configuration, logger: quiet)
        let start = ContinuousClock.now
        await #expect(throws: RedisError.self) {
            try await DeliveryQueue(redis: redis).publish(stale: [StaleEntry(.keys, tenant: "", key: "k")])
        }
        #expect(.now - start < .seconds(300))
        await redis.shutdown()
    }

    @Test func eventsAreHeardThoughTheLeaseWasLost() async throws {
        try await withQueue { test in
            let tenant = "tenant-\(UUID().uuidString)"
            let subscriber = RedisSubscriber(configuration: test.configuration, logger: quiet)
            var events = subscriber.messages(channels: [StatusEvent.topic(tenant: tenant)]).makeAsyncIterator()
            #expect(await events.next() == .subscribed)
            let stale = ClaimedJob(id: TestQueue.id(1), route: .email, token: 5)
            let answers = try await test.queue.end(
                [JobEnding(stale, .settle)], publishing: [event("sent", tenant: tenant)])
            #expect(answers == [.gone])
            let payload = event("sent", tenant: tenant).json.utf8
            #expect(await events.next() == .message(channel: StatusEvent.topic(tenant: tenant), payload: payload))
        }
    }
}
