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
                Sample.notification(
                    ["channels": ["inApp"]], to: ["userId": "ada"], at: Sample.moment.addingTimeInterval(-60)))
            try await database.fill(12_000)
            let store = NotificationStore(pool: database.pool)
            var filter = NotificationFilter()
            filter.channel = .inApp
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

    /// What Postgres sorts out before it hands a document over is never one that shows the status.
    @Test func everyStatusFindsWhatShowsItAndNothingElse() async throws {
        try await withDatabase { database in
            var documents: [NotificationDocument] = []
            for (first, second) in DeliveryStatus.allCases.flatMap({ first in
                ([nil] + DeliveryStatus.allCases).map { (first, $0) }
            }) {
                var document = NotificationDocument(try await database.accept(Sample.notification()))
                document.channels = [.email: ChannelState(status: first)]
                document.channels[.push] = second.map { ChannelState(status: $0) }
                // What is open of a channel that has been sent on another route makes all of it open.
                if second == .sent { document.channels[.push]?.routes = [.fcm: Standing(status: .pending)] }
                try await database.set(document.channels, of: document.id)
                documents.append(document)
            }
            let store = NotificationStore(pool: database.pool)
            func ids(_ filter: NotificationFilter) async throws -> Set<UUID> {
                let page = try await store.page(filter, tenant: "acme", after: nil, limit: documents.count)
                return Set(page.items.map(\.id))
            }
            for status in NotificationStatus.allCases {
                var filter = NotificationFilter()
                filter.status = status.rawValue
                #expect(try await ids(filter) == Set(documents.filter { $0.status == status }.map(\.id)), "\(status)")
            }
            for status in DeliveryStatus.allCases {
                var filter = NotificationFilter()
                (filter.channel, filter.status) = (.push, status.rawValue)
                let fitting = documents.filter { $0.channels[.push]?.status == status }
                #expect(try await ids(filter) == Set(fitting.map(\.id)), "\(status)")
            }
        }
    }

    /// What is others' is not looked through: the first page has all there is, of every type, and says that it is all.
    @Test func smallTenantsPagesAreAsFullAsOthers() async throws {
        try await withDatabase { database in
            let own = (0..<8).map { place in
                Sample.notification(
                    ["type": .string(NotificationType.allCases[place % 4].rawValue)], tenant: "globex",
                    at: Sample.moment.addingTimeInterval(-60 - Double(place)))
            }
            try await database.accept(own)
            try await database.fill(12_000)
            let store = NotificationStore(pool: database.pool)
            let first = try await store.page(NotificationFilter(), tenant: "globex", after: nil, limit: 5)
            #expect(first.items.map(\.id) == own[..<5].map(\.id))
            let second = try await store.page(NotificationFilter(), tenant: "globex", after: first.next, limit: 5)
            #expect(second.items.map(\.id) == own[5...].map(\.id))
            #expect(second.next == nil)
            var filter = NotificationFilter()
            (filter.channel, filter.status) = (.email, "pending")
            let pending = try await store.page(filter, tenant: "globex", after: nil, limit: 10)
            #expect(pending.items.map(\.id) == own.map(\.id))
            #expect(pending.next == nil)
        }
    }

    @Test func aPageOfAllReadsTheIndexOfTypesBackwards() async throws {
        try await withDatabase { database in
            let pool = database.anotherPool { $0.poolSize = 1 }
            let store = NotificationStore(pool: pool)
            _ = try await store.page(NotificationFilter(), tenant: "acme", after: nil, limit: 20)
            try await database.fill(20_000)
            try await database.pool.query("ANALYZE notifications")
            let plan = try await pool.preparedPlan(of: "UNION ALL")
            let whole = Comment(rawValue: plan.joined(separator: "\n"))
            let scans = plan.filter { $0.contains("Scan") && $0.contains(" on notifications_") }
            #expect(!scans.isEmpty, whole)
            #expect(scans.allSatisfy { $0.contains("Index Scan Backward") && $0.contains("_expr_id_idx") }, whole)
            // Of the rows of all types together, and of no more.
            #expect(plan.count { $0.contains("Sort") && !$0.contains("Sort Key") } == 1, whole)
            #expect(plan.count { $0.contains("Limit") } == 1 + NotificationType.allCases.count, whole)
            await pool.close()
        }
    }

    /// Prepared while there was nothing, as by a process that starts before its first notification.
    @Test(arguments: [
        (NotificationFilter.by(userId: "user-1"), "_tenant_user_id_id_idx"),
        (.by(type: .marketing), "_expr_id_idx"), (.by(userId: "user-1", type: .alert), "_tenant_user_id_id_idx"),
    ])
    func aPageReadsOneIndexOfEachPartitionBackwards(filter: NotificationFilter, index: String) async throws {
        try await withDatabase { database in
            let pool = database.anotherPool { $0.poolSize = 1 }
            _ = try await NotificationStore(pool: pool).page(filter, tenant: "acme", after: nil, limit: 20)
            try await database.fill(20_000)
            try await database.pool.query("ANALYZE notifications")
            let plan = try await pool.preparedPlan(of: "FROM notifications n")
            let whole = Comment(rawValue: plan.joined(separator: "\n"))
            let scans = plan.filter { $0.contains("Scan") && $0.contains(" on notifications_") }
            #expect(!scans.isEmpty, whole)
            #expect(
                scans.allSatisfy { $0.contains("Index Scan Backward using notifications_") && $0.contains(index) },
                whole)
            #expect(!plan.contains { $0.contains("Sort") && !$0.contains("Sort Key") }, whole)
            #expect(!plan.contains { $0.contains("Filter:") && !$0.contains("permit_until") }, whole)
            await pool.close()
        }
    }
}

extension NotificationFilter {
    fileprivate static func by(userId: String? = nil, type: NotificationType? = nil) -> NotificationFilter {
        var filter = NotificationFilter()
        (filter.userId, filter.type) = (userId, type)
        return filter
    }
}

extension TestDatabase {
    func set(_ channels: [NotificationChannel: ChannelState], of id: UUID) async throws {
        try await pool.transaction { try await Documents.write([id: channels], on: $0) }
    }

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
