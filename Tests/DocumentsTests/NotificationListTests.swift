import Foundation
import Notifications
import Postgres
import Testing

@testable import Documents

@Suite struct NotificationListTests {
    @Test func pagesAreNewestFirstTogetherWholeAndStable() async throws {
        try await withDatabase { database in
            let samples = (0..<30).map { Sample.notification(at: Sample.moment.addingTimeInterval(Double($0) - 60)) }
            try await database.accept(samples + [Sample.notification(tenant: "globex")])
            let store = NotificationStore(pool: database.pool)
            var seen: [UUID] = []
            var after: UUID?
            repeat {
                let page = try await store.page(NotificationFilter(), tenant: "acme", after: after, limit: 7)
                seen += page.items.map(\.id)
                after = page.next
                // What comes meanwhile is newer than all that follows.
                if seen.count == 7 { _ = try await database.accept(Sample.notification()) }
            } while after != nil
            #expect(seen == samples.map(\.id).reversed())
        }
    }

    @Test func filtersNarrow() async throws {
        try await withDatabase { database in
            let mail = try await database.accept(
                Sample.notification(
                    ["type": "marketing", "channels": ["email"]], to: ["userId": "ada", "email": "a@b.c"]))
            let inbox = try await database.accept(
                Sample.notification(
                    ["channels": ["inApp"]], to: ["userId": "ada"], at: Sample.moment.addingTimeInterval(-60)))
            let sms = try await database.accept(
                Sample.notification(to: ["phone": "+46701234567"], at: Sample.moment.addingTimeInterval(-120)))
            let store = NotificationStore(pool: database.pool)
            func ids(_ change: (inout NotificationFilter) -> Void) async throws -> [UUID] {
                var filter = NotificationFilter()
                change(&filter)
                return try await store.page(filter, tenant: "acme", after: nil, limit: 10).items.map(\.id)
            }
            #expect(try await ids { _ in } == [mail.id, inbox.id, sms.id])
            #expect(try await ids { $0.userId = "ada" } == [mail.id, inbox.id])
            #expect(try await ids { $0.type = .marketing } == [mail.id])
            #expect(try await ids { $0.channel = .inApp } == [inbox.id])
            #expect(try await ids { ($0.channel, $0.userId) = (.sms, "ada") } == [])
            #expect(try await ids { $0.since = Sample.moment.addingTimeInterval(-60) } == [mail.id, inbox.id])
            #expect(try await ids { $0.until = Sample.moment.addingTimeInterval(-60) } == [sms.id])
            #expect(try await ids { $0.status = "pending" } == [mail.id, sms.id])
            #expect(try await ids { $0.status = "sent" } == [inbox.id], "all of it is in the inbox")
            #expect(try await ids { ($0.channel, $0.status) = (.inApp, "unread") } == [inbox.id])

            _ = try await database.permits().grant(mail.id)
            #expect(try await ids { $0.status = "processing" } == [mail.id])
            #expect(try await ids { ($0.channel, $0.status) = (.email, "processing") } == [mail.id])
            #expect(try await ids { ($0.channel, $0.status) = (.email, "pending") } == [])
        }
    }

    /// 12,000 notifications of which one fits, the oldest: found on the third page, of which none reads more than 5,000.
    @Test func pageThatFindsNothingSaysWhereToGoOn() async throws {
        try await withDatabase { database in
            let wanted = try await database.accept(
                Sample.notification(["type": "alert"], at: Sample.moment.addingTimeInterval(-60)))
            try await database.fill(12_000)
            let store = NotificationStore(pool: database.pool)
            var filter = NotificationFilter()
            filter.type = .alert
            var pages: [[UUID]] = []
            var after: UUID?
            repeat {
                let page = try await store.page(filter, tenant: "acme", after: after, limit: 10)
                pages.append(page.items.map(\.id))
                after = page.next
            } while after != nil
            #expect(pages == [[], [], [wanted.id]])
        }
    }

    @Test(arguments: [nil, "user-1"])
    func aPageReadsAnIndexOfEachPartitionBackwards(userId: String?) async throws {
        try await withDatabase { database in
            try await database.fill(20_000)
            try await database.pool.query("ANALYZE notifications")
            var filter = NotificationFilter()
            filter.userId = userId
            let statement = NotificationStore(pool: database.pool)
                .statement(filter, tenant: "acme", after: .version7Floor(at: .now), count: 21, prefix: "EXPLAIN")
            let plan = try await database.pool.query(statement).map { try $0.get(0, as: String.self) }
            let scans = plan.filter { $0.contains("Scan") && $0.contains(" on notifications_") }
            #expect(!scans.isEmpty)
            let name = userId == nil ? "_pkey" : "_tenant_user_id_id_idx"
            #expect(
                scans.allSatisfy { $0.contains("Index Scan Backward using notifications_") && $0.contains(name) },
                "\(plan.joined(separator: "\n"))")
            #expect(!plan.contains { $0.contains("Sort") }, "\(plan.joined(separator: "\n"))")
        }
    }
}

extension TestDatabase {
    /// Writes notifications of other users and types than those looked for, in the minute before now.
    func fill(_ count: Int) async throws {
        let content = Sample.notification().content.json
        try await pool.query(
            """
            INSERT INTO notifications (id, tenant, user_id, created_at, content, channels)
            SELECT (\(UUID.version7Floor(at: Sample.moment).text.prefix(24).description)
                    || lpad(to_hex(n), 12, '0'))::uuid,
                'acme', 'user-' || n % 100, now(), \(JSONB(content)), '{"email": {"status": "sent"}}'
            FROM generate_series(1, \(count)) AS n
            """)
    }
}
