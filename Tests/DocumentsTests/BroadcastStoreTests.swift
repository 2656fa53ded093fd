import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

@testable import Documents

@Suite struct BroadcastStoreTests {
    @Test func pageIsWrittenOnceWithThePlaceBehindIt() async throws {
        try await withDatabase { database in
            let store = BroadcastStore(pool: database.pool)
            let broadcast = try await database.broadcast(to: 5)
            let users = try await store.subscribers(of: broadcast, limit: 3)
            #expect(users == ["u0", "u1", "u2"])
            let page = BroadcastPage(users, Self.plans(users, broadcast), isLast: false)
            #expect(try await store.write(page, of: broadcast))
            // Another process that read the same page, or this one after a lost answer.
            #expect(try await !store.write(page, of: broadcast))
            #expect(try await database.count("notifications") == 3)
            #expect(try await database.count("deliveries") == 3)

            let moved = try #require(try await store.unsettled(limit: 10).first)
            #expect(moved.expanded == 3 && moved.notifications == 3 && moved.status == .expanding)
            let rest = try await store.subscribers(of: moved, limit: 3)
            #expect(rest == ["u3", "u4"])
            #expect(try await store.write(BroadcastPage(rest, Self.plans(rest, moved), isLast: true), of: moved))
            let done = try #require(try await store.broadcast(broadcast.id, tenant: "acme"))
            #expect(done.status == .done && done.expanded == 5 && done.notifications == 5)
            #expect(done.endedAt != nil && done.lastUserId == "")
            #expect(try await store.unsettled(limit: 10).isEmpty)
        }
    }

    @Test func reasonsAddUpOverPages() async throws {
        try await withDatabase { database in
            let store = BroadcastStore(pool: database.pool)
            var broadcast = try await database.broadcast(to: 4)
            let unknown = RecipientPlan.rejected(
                FieldProblem(field: "", code: .invalid, message: "is not known", reason: "unknownUser"))
            let unreachable = RecipientPlan.accepted(Sample.notification(["channels": ["sms"]]))
            #expect(
                try await store.write(
                    BroadcastPage(["u0", "u1"], [unknown, unreachable], isLast: false), of: broadcast)
            )
            broadcast = try #require(try await store.unsettled(limit: 1).first)
            #expect(
                try await store.write(BroadcastPage(["u2", "u3"], [unknown, unknown], isLast: true), of: broadcast))
            broadcast = try #require(try await store.broadcast(broadcast.id, tenant: "acme"))
            #expect(broadcast.skipped == ["unknownUser": 3, "noAddress": 1])
            #expect(broadcast.expanded == 4 && broadcast.notifications == 0)
            #expect(try await database.count("notifications") == 0)
        }
    }

    /// What had been sent stays sent, what is being sent may end as it will, all else is never sent.
    @Test func cancelHalfwayIsExact() async throws {
        try await withDatabase { database in
            let store = BroadcastStore(pool: database.pool)
            let broadcast = try await database.broadcast(to: 20)
            let users = try await store.subscribers(of: broadcast, limit: 10)
            let page = BroadcastPage(users, Self.plans(users, broadcast), isLast: false)
            #expect(try await store.write(page, of: broadcast))
            let ids = page.notifications.map(\.id)
            let permits = try await database.permits().grants(Array(ids[..<4]))
            for permit in permits[..<2] { _ = try await database.record(permit.settled()) }

            let moved = try #require(try await store.unsettled(limit: 1).first)
            let next = try await store.subscribers(of: moved, limit: 10)
            let cancelled = try #require(try await store.cancel(broadcast.id, tenant: "acme", patience: .seconds(60)))
            #expect(cancelled.status == .cancelled && cancelled.expanded == 10 && cancelled.cancelled == 6)
            #expect(try await !store.write(BroadcastPage(next, Self.plans(next, moved), isLast: true), of: moved))
            for id in ids[4...] {
                #expect(try await database.permits().answer(id).summary == "over: cancelled, no failure")
            }
            for permit in permits[2...] { _ = try await database.record(permit.settled()) }

            let again = try #require(try await store.cancel(broadcast.id, tenant: "acme", patience: .seconds(60)))
            #expect(again == cancelled)
            let waiting = try await store.waiting(cancelled, limit: 100)
            #expect(waiting == ids[4...].sorted { $0.text < $1.text })
            _ = try await database.cancel(waiting)
            #expect(try await store.waiting(cancelled, limit: 100).isEmpty)
            try await store.settle(cancelled)
            #expect(try await store.unsettled(limit: 10).isEmpty)
            let statuses = try await database.statuses(of: ids)
            #expect(statuses == [.sent: 4, .cancelled: 6])
            #expect(try await database.count("deliveries") == 0)
        }
    }

    @Test func cancelledBeforeItsFirstPageItHasNone() async throws {
        try await withDatabase { database in
            let store = BroadcastStore(pool: database.pool)
            let broadcast = try await database.broadcast(to: 3)
            let users = try await store.subscribers(of: broadcast, limit: 3)
            let cancelled = try await store.cancel(broadcast.id, tenant: "acme", patience: .seconds(60))
            #expect(cancelled?.status == .cancelled)
            let page = BroadcastPage(users, Self.plans(users, broadcast), isLast: true)
            #expect(try await !store.write(page, of: broadcast))
            #expect(try await database.count("notifications") == 0)
        }
    }

    /// Whoever has a delivery locked is not waited for, and it is not forgotten either.
    @Test func lockedNotificationIsFlaggedWholeAndCountedOnce() async throws {
        try await withDatabase { database in
            let store = BroadcastStore(pool: database.pool)
            let broadcast = try await database.broadcast(to: 2)
            let users = try await store.subscribers(of: broadcast, limit: 2)
            let both: JSON = ["email": "ada@example.org", "phone": "+46701234567"]
            let page = BroadcastPage(users, Self.plans(users, broadcast, to: both), isLast: true)
            #expect(try await store.write(page, of: broadcast))
            let locked = page.notifications[0].id
            let holder = database.anotherPool()
            let cancelled = try await withThrowingTaskGroup(of: Broadcast?.self) { group in
                try await holder.transaction { connection in
                    try await connection.query(
                        "SELECT FROM deliveries WHERE notification_id = \(locked) AND route = 'sms' FOR UPDATE")
                    group.addTask { try await store.cancel(broadcast.id, tenant: "acme", patience: .seconds(60)) }
                    try await eventually("the other one is flagged") {
                        try await database.pool.query("SELECT FROM deliveries WHERE cancelled").count == 2
                    }
                }
                return try await group.next() ?? nil
            }
            #expect(cancelled?.cancelled == 2)
            #expect(try await database.pool.query("SELECT FROM deliveries WHERE NOT cancelled").isEmpty)
            await holder.close()
        }
    }

    @Test func cancelOfAnothersBroadcastChangesNothing() async throws {
        try await withDatabase { database in
            let store = BroadcastStore(pool: database.pool)
            let broadcast = try await database.broadcast(to: 1)
            #expect(try await store.cancel(broadcast.id, tenant: "other", patience: .seconds(60)) == nil)
            #expect(try await store.broadcast(broadcast.id, tenant: "other") == nil)
            #expect(try await store.page(tenant: "other", after: nil, limit: 10).items.isEmpty)
            #expect(try await store.broadcast(broadcast.id, tenant: "acme")?.status == .expanding)
        }
    }

    @Test func whatIsPastKeepingGoesOnceItIsSettled() async throws {
        try await withDatabase { database in
            let store = BroadcastStore(pool: database.pool)
            let broadcast = try await database.broadcast(to: 0)
            #expect(try await store.prune(before: .now + 60) == 0)
            #expect(try await store.write(BroadcastPage([], [], isLast: true), of: broadcast))
            #expect(try await store.prune(before: .now - 3600) == 0)
            #expect(try await store.prune(before: .now + 60) == 1)
        }
    }

    static func plans(
        _ users: [String], _ broadcast: Broadcast, to: JSON = ["email": "ada@example.org"]
    ) -> [RecipientPlan] {
        users.map { userId in
            var notification = Sample.notification(to: to)
            notification.userId = userId
            notification.content.broadcastId = broadcast.id
            return .accepted(notification)
        }
    }
}

extension TestDatabase {
    /// A broadcast to a topic of so many users, as the API accepts it.
    func broadcast(to count: Int) async throws -> Broadcast {
        let topics = TopicStore(pool: pool)
        let (topic, _) = try await topics.put("news", description: nil, tenant: "acme", at: Sample.moment)
        if count > 0 {
            _ = try await topics.subscribe((0..<count).map { "u\($0)" }.sorted(), to: "news", tenant: "acme")
        }
        let broadcast = Broadcast(
            id: .version7(at: Date()), tenant: "acme", topic: "news", topicId: topic.id, subscribers: count,
            request: ["to": ["topic": "news"], "title": "Hello"], createdAt: Sample.moment)
        let submission = Submission(tenant: "acme", notifications: [], broadcast: broadcast)
        #expect(try await AcceptStatements(pool: pool).write([submission]).map(\.answer) == [.accepted])
        #expect(try await BroadcastStore(pool: pool).broadcast(broadcast.id, tenant: "acme") == broadcast)
        return broadcast
    }

    /// How many of them ended how, by their e-mail.
    func statuses(of ids: [UUID]) async throws -> [DeliveryStatus: Int] {
        var statuses: [DeliveryStatus: Int] = [:]
        for id in ids { statuses[try await channels(id)[.email]?.status ?? .unknown, default: 0] += 1 }
        return statuses
    }
}

extension BroadcastStore {
    /// Writes a page of users without limits. Returns whether it was written.
    func write(_ page: BroadcastPage, of broadcast: Broadcast) async throws -> Bool {
        try await write(of: broadcast, at: Sample.moment) { _ in page } != nil
    }
}
