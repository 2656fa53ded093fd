import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

@testable import Documents

/// What endpoints are told, over a real log.
@Suite struct EndpointFeedTests {
    private static let url = "https://example.org/hook"

    private func make(
        _ database: TestDatabase, events: [String] = [], channels: [NotificationChannel] = [], tenant: String = "acme"
    ) async throws -> WebhookEndpoint {
        let terms = WebhookEndpoint.Terms(url: Self.url, events: events, channels: channels)
        return try #require(
            try await EndpointStore(pool: database.pool).insert(terms, secret: "whsec_x", tenant: tenant))
    }

    /// Writes an event and returns its number.
    private func log(
        _ database: TestDatabase, tenant: String = "acme", channel: NotificationChannel = .email, at: Date = Date()
    ) async throws -> Int64 {
        let event = StatusEvent(
            notificationId: UUID(), tenant: tenant, userId: nil, channel: channel, status: "sent", previous: .pending,
            at: at)
        return try #require(
            try await database.pool.transaction { try await EventLog.append([event], on: $0) }.first?.id)
    }

    @Test func followerIsToldOfWhatHappensFromNowOn() async throws {
        try await withDatabase { database in
            let feed = EndpointFeed(pool: database.pool)
            _ = try await log(database)
            let endpoint = try await make(database)
            let number = try await log(database)
            _ = try await log(database, tenant: "globex")
            let follower = try #require(try await feed.followers().first)
            #expect(follower.id == endpoint.id && follower.position == number - 1)
            let (events, end) = try await feed.events(after: follower.position, through: 100, tenants: ["acme"])
            #expect(events.compactMap(\.id) == [number] && end == 100)
            let share = follower.share(of: events, to: end, room: 10)
            #expect(share.messages.map(\.id) == ["evt_\(number)"] && share.end == 100)
        }
    }

    @Test func firstEventOfAllIsTold() async throws {
        try await withDatabase { database in
            let endpoint = try await make(database)
            let number = try await log(database)
            #expect(try await EndpointFeed(pool: database.pool).followers().map(\.position) == [0])
            #expect(number == 1 && endpoint.disabledAt == nil)
        }
    }

    @Test func messagesAndPositionAreWrittenTogetherAndOnce() async throws {
        try await withDatabase { database in
            let feed = EndpointFeed(pool: database.pool)
            let endpoint = try await make(database)
            let number = try await log(database)
            let step = EndpointFeed.Step(endpoint.id, from: 0, to: number)
            let messages = {
                [AcceptedNotification(EndpointMessage(testing: endpoint.id, at: Date()), tenant: "acme", at: Date())]
            }
            #expect(try await feed.announce(messages(), [step]))
            #expect(try await !feed.announce(messages(), [step]), "somebody else was first")
            #expect(try await database.count("notifications") == 1)
            #expect(try await database.count("deliveries") == 1)
            #expect(try await feed.followers().map(\.position) == [number])
            #expect(try await feed.room(for: feed.followers())[endpoint.id] == EndpointFeed.largestBacklog - 1)
        }
    }

    /// Until it expires: the times between two attempts are the operator's to set.
    @Test func messageIsTriedHoweverOftenItFailed() async throws {
        try await withDatabase { database in
            let endpoint = try await make(database)
            let messages = (0..<2).map { _ in
                AcceptedNotification(EndpointMessage(testing: endpoint.id, at: Date()), tenant: "acme", at: Date())
            }
            try await database.accept(messages)
            for message in messages { try await database.alterDelivery(message.id, set: "attempts = 1000") }
            try await database.alterDelivery(messages[1].id, set: "expires_at = now()")
            let permits = database.permits()
            #expect(try await permits.answer(messages[0].id, on: .webhook).summary == "granted")
            #expect(try await permits.answer(messages[1].id, on: .webhook).summary == "over: expired, expired")
        }
    }

    @Test func shareIsWhatIsWantedAndHasRoom() async throws {
        try await withDatabase { database in
            _ = try await make(database, events: ["notification.sent"], channels: [.email])
            let follower = try #require(try await EndpointFeed(pool: database.pool).followers().first)
            func event(_ id: Int64, _ channel: NotificationChannel = .email, _ status: String = "sent") -> StatusEvent {
                StatusEvent(
                    id: id, notificationId: UUID(), tenant: "acme", userId: nil, channel: channel, status: status,
                    previous: .pending, at: Date())
            }
            let page = [event(1), event(2, .sms), event(3, .email, "failed"), event(4), event(5)]
            #expect(follower.share(of: page, to: 9, room: 3).messages.map(\.id) == ["evt_1", "evt_4", "evt_5"])
            #expect(follower.share(of: page, to: 9, room: 3).end == 9)
            #expect(follower.share(of: page, to: 9, room: 2).end == 4, "the rest waits in the log")
            #expect(follower.share(of: page, to: 9, room: 0).end == nil)
            #expect(follower.share(of: [page[1]], to: 9, room: 0).end == 9, "of what it does not want nothing waits")
        }
    }

    @Test func replayBeginsBeforeItsTimeAndTellsNothingOlder() async throws {
        try await withDatabase { database in
            try await log30000(database)
            let endpoint = try await make(database)
            let since = Date().addingTimeInterval(-3600)
            let old = try await log(database, at: since.addingTimeInterval(-1))
            let wanted = try await log(database, at: since.addingTimeInterval(1))
            let store = EndpointStore(pool: database.pool)
            #expect(try await store.replay(endpoint.id, since: since, tenant: "acme")?.replayingSince != nil)
            #expect(try await store.replay(endpoint.id, since: since, tenant: "globex") == nil)
            let feed = EndpointFeed(pool: database.pool)
            let replay = try #require(try await feed.followers().first?.replay)
            #expect((15_000...28_200).contains(replay.after), "not all of the log is gone through: \(replay.after)")
            #expect(replay.until == wanted)
            let (events, _) = try await feed.events(
                after: old - 1, through: replay.until, tenants: ["acme"], since: replay.since)
            #expect(events.compactMap(\.id) == [wanted])
            #expect(try await feed.replay([], EndpointFeed.Step(endpoint.id, from: replay.after, to: old)))
            #expect(try await feed.followers().first?.replay?.after == old)
            #expect(try await feed.replay([], EndpointFeed.Step(endpoint.id, from: old, to: replay.until)))
            #expect(try await feed.followers().first?.replay == nil)
        }
    }

    /// Numbers of batches that were rolled back have no event: that says nothing of those before them.
    @Test func replayTellsWhatIsBeforeAGapInTheNumbers() async throws {
        try await withDatabase { database in
            try await log30000(database)
            try await database.pool.query("DELETE FROM delivery_events WHERE id BETWEEN 14000 AND 17000")
            let endpoint = try await make(database)
            let since = Date().addingTimeInterval(-(30_000 - 12_000) * 2)
            _ = try await EndpointStore(pool: database.pool).replay(endpoint.id, since: since, tenant: "acme")
            let after = try #require(try await EndpointFeed(pool: database.pool).followers().first?.replay?.after)
            #expect(after < 12_000, "they begin there")
        }
    }

    @Test func replayOfAllThereIsBeginsWhereTheLogDoes() async throws {
        try await withDatabase { database in
            try await log30000(database)
            try await database.pool.query("DELETE FROM delivery_events WHERE id <= 12000")
            let endpoint = try await make(database)
            let since = Date().addingTimeInterval(-100_000)
            _ = try await EndpointStore(pool: database.pool).replay(endpoint.id, since: since, tenant: "acme")
            let after = try #require(try await EndpointFeed(pool: database.pool).followers().first?.replay?.after)
            #expect((1...12_000).contains(after), "what was dropped is not gone through")
        }
    }

    /// One every two seconds up to now.
    private func log30000(_ database: TestDatabase) async throws {
        try await database.pool.query(
            """
            INSERT INTO delivery_events (at, notification_id, tenant, event)
            SELECT now() - make_interval(secs => (30000 - n) * 2), gen_random_uuid(), 'globex', '{}'
            FROM generate_series(1, 30000) n
            """)
    }

    @Test func endpointThatFailedForDaysIsDisabled() async throws {
        try await withDatabase { database in
            let (feed, store) = (EndpointFeed(pool: database.pool), EndpointStore(pool: database.pool))
            let endpoint = try await make(database)
            try await database.pool.query("UPDATE webhook_endpoints SET failing_since = now() - interval '4 days'")
            #expect(try await feed.disable(failingFor: .seconds(5 * 86400)) == 0)
            try await database.pool.query("UPDATE webhook_endpoints SET failing_since = now() - interval '6 days'")
            #expect(try await feed.disable(failingFor: .seconds(5 * 86400)) == 1)
            #expect(try await store.endpoint(endpoint.id, tenant: "acme")?.disabledReason == .failing)
            #expect(try await feed.followers().isEmpty)

            let number = try await log(database)
            let terms = WebhookEndpoint.Terms(url: Self.url, isEnabled: true)
            let again = try #require(try await store.update(endpoint.id, terms, tenant: "acme"))
            #expect(again.disabledAt == nil && again.failingSince == nil)
            #expect(try await feed.followers().map(\.position) == [number], "it begins anew")
        }
    }

    @Test func tenantHasTwentyEndpointsAtMostThoughItAsksForManyAtOnce() async throws {
        try await withDatabase { database in
            let store = EndpointStore(pool: database.pool)
            let terms = WebhookEndpoint.Terms(url: Self.url)
            let made = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<WebhookEndpoint.maximumCount + 20 {
                    group.addTask { try await store.insert(terms, secret: "whsec_x", tenant: "acme") != nil }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(made == WebhookEndpoint.maximumCount)
            #expect(try await store.insert(terms, secret: "whsec_x", tenant: "acme") == nil)
            #expect(try await store.insert(terms, secret: "whsec_x", tenant: "globex") != nil)
        }
    }
}
