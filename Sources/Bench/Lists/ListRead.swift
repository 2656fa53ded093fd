import Documents
import Foundation
import Notifications
import Postgres

/// A list, as callers ask for it.
struct ListRead: Sendable {
    struct Figures: Sendable {
        var name: String
        var milliseconds: Percentiles?
        /// Notifications on a page, on average.
        var found: Double
    }

    private static let limit = 20

    let name: String
    /// Reads a page and says how many notifications are on it.
    let read: @Sendable () async throws -> Int

    /// Reads it so many times, one after the other.
    func measure(_ reads: Int) async throws -> Figures {
        var (times, found): ([Double], Int) = ([], 0)
        for _ in 0..<reads {
            let start = ContinuousClock.now
            found += try await read()
            times.append((.now - start).milliseconds)
        }
        return Figures(name: name, milliseconds: Percentiles(times), found: Double(found) / Double(reads))
    }

    static func all(of world: ListsWorld, pool: PostgresPool) -> [ListRead] {
        let store = NotificationStore(pool: pool)
        return notifications(world, store) + searches(world, store) + inboxes(world, Inbox(pool: pool))
    }

    /// Of the words of a text, number n is in about 4/n of all.
    private static func searches(_ world: ListsWorld, _ store: NotificationStore) -> [ListRead] {
        func search(
            _ name: String, tenant: String = ListsWorld.tenant, userId: String? = nil,
            _ text: @escaping @Sendable () -> String
        ) -> ListRead {
            ListRead(name: name) {
                var filter = NotificationFilter()
                (filter.text, filter.userId) = (text(), userId)
                return try await store.page(filter, tenant: tenant, after: nil, limit: limit).items.count
            }
        }
        return [
            search("search, in one text") { "order \(Int.random(in: 0..<world.rows))" },
            search("search, in 1 of 5") { "word20" },
            search("search, in 1 of 500") { "word2000" },
            search("search, in 1 of 5, of one of 100,000", userId: ListsWorld.heavyUser) { "word20" },
            search("search, in 1 of 50, of a small tenant", tenant: ListsWorld.smallTenant) { "word200" },
            search("search, frequent words in no such order") { "\"word2 word3 word5 word7\"" },
        ]
    }

    private static func notifications(_ world: ListsWorld, _ store: NotificationStore) -> [ListRead] {
        func list(
            _ name: String, tenant: String = ListsWorld.tenant, fromAnywhere: Bool = true,
            _ change: @escaping @Sendable (inout NotificationFilter) -> Void
        ) -> ListRead {
            ListRead(name: name) {
                var filter = NotificationFilter()
                change(&filter)
                return try await store.page(
                    filter, tenant: tenant, after: fromAnywhere ? world.anyPlace : nil, limit: limit
                ).items.count
            }
        }
        return [
            list("by id, first page", fromAnywhere: false) { _ in },
            list("by id, a next page") { _ in },
            list("by id, of a small tenant", tenant: ListsWorld.smallTenant) { _ in },
            list("by user, one of 50") { $0.userId = world.anyUser },
            list("by user, one of 100,000") { $0.userId = ListsWorld.heavyUser },
            list("by type, 70 of 100") { $0.type = .transactional },
            list("by type, 1 of 100") { $0.type = .system },
            list("by type, 1 of 100, of a small tenant", tenant: ListsWorld.smallTenant) { $0.type = .system },
            list("by channel, 1 of 10") { $0.channel = .inApp },
            list("by channel, none") { $0.channel = .sms },
            list("by status, 1 of 1,500") { $0.status = "failed" },
            list("by channel and status, 1 of 25,000") { ($0.channel, $0.status) = (.email, "bounced") },
            list("by user, channel and status") {
                ($0.userId, $0.channel, $0.status) = (ListsWorld.heavyUser, .email, "bounced")
            },
        ]
    }

    private static func inboxes(_ world: ListsWorld, _ inbox: Inbox) -> [ListRead] {
        func page(_ name: String, _ part: Inbox.Part, after: UUID?, _ user: @escaping @Sendable () -> String)
            -> ListRead
        {
            ListRead(name: name) {
                try await inbox.page(part, userId: user(), tenant: ListsWorld.tenant, after: after, limit: limit)
                    .documents.count
            }
        }
        return [
            page("inbox and unread count, of 50", .all, after: nil) { world.anyUser },
            page("inbox and unread count, of 100,000", .all, after: nil) { ListsWorld.heavyUser },
            page("inbox, a next page, of 100,000", .all, after: world.anyPlace) { ListsWorld.heavyUser },
            page("unread part, of 100,000", .unread, after: nil) { ListsWorld.heavyUser },
        ]
    }
}
