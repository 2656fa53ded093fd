import Documents
import Foundation
import Notifications
import Postgres
import Testing

@Suite struct ReadAllTests {
    @Test func everythingUnreadIsReadAndToldOnce() async throws {
        try await withDatabase { database in
            let samples = (0..<600).map { _ in Self.inApp() }
            try await database.accept(samples + [Self.inApp(user: "bob"), Self.inApp(tenant: "globex")])
            let inbox = Inbox(pool: database.pool)
            let first = try #require(samples.first)
            _ = try await inbox.markRead(first.id, tenant: "acme", at: Sample.moment)
            let (told, tellings) = (Collected<StatusEvent>(), Collected<Int>())
            let answer = try await inbox.readAll(
                userId: "ada", tenant: "acme", before: .now, at: Sample.moment
            ) { events in
                told.add(events)
                tellings.add([events.count])
            }
            #expect(answer == (599, false))
            #expect(tellings.elements == [599])
            #expect(Set(told.elements.map(\.notificationId)) == Set(samples.dropFirst().map(\.id)))
            #expect(told.elements.allSatisfy { $0.id != nil && $0.status == "read" && $0.previous == .unread })
            #expect(try await database.count("inbox_unread") == 2)
            #expect(try await database.count("delivery_events") == 600)
            #expect(try await database.channels(samples[5].id)[.inApp]?.readAt == Sample.moment)
            let again = try await inbox.readAll(
                userId: "ada", tenant: "acme", before: .now, at: Sample.moment
            ) { told.add($0) }
            #expect(again == (0, false))
            #expect(told.elements.count == 599)
        }
    }

    @Test func whatCameLaterStaysUnread() async throws {
        try await withDatabase { database in
            let old = try await database.accept(Self.inApp(at: Sample.moment.addingTimeInterval(-60)))
            let new = try await database.accept(Self.inApp())
            let inbox = Inbox(pool: database.pool)
            let answer = try await inbox.readAll(
                userId: "ada", tenant: "acme", before: Sample.moment, at: Sample.moment
            ) { _ in }
            #expect(answer == (1, false))
            #expect(try await database.channels(old.id)[.inApp]?.status == .read)
            #expect(try await database.channels(new.id)[.inApp]?.status == .unread)
            let page = try await inbox.page(.unread, userId: "ada", tenant: "acme", after: nil, limit: 10)
            #expect(page.documents.map(\.id) == [new.id])
            #expect(page.unreadCount == 1)
        }
    }

    @Test func readersOfOneInboxAtOnceAreToldOnce() async throws {
        try await withDatabase { database in
            let samples = (0..<100).map { _ in Self.inApp() }
            try await database.accept(samples)
            let inbox = Inbox(pool: database.pool)
            async let first = inbox.readAll(userId: "ada", tenant: "acme", before: .now, at: .now) { _ in }.read
            async let second = inbox.readAll(userId: "ada", tenant: "acme", before: .now, at: .now) { _ in }.read
            async let one = inbox.markRead(samples[50].id, tenant: "acme", at: .now)?.event
            let singles = try await one == nil ? 0 : 1
            #expect(try await first + second + singles == 100)
            #expect(try await database.count("delivery_events") == 100)
        }
    }

    @Test func partsOfAnInboxArePagedByThemselves() async throws {
        try await withDatabase { database in
            let samples = (0..<6).map { Self.inApp(at: Sample.moment.addingTimeInterval(Double($0) - 60)) }
            try await database.accept(samples)
            let inbox = Inbox(pool: database.pool)
            for sample in samples[..<3] { _ = try await inbox.markRead(sample.id, tenant: "acme", at: .now) }
            for (part, expected) in [(Inbox.Part.read, samples[..<3]), (.unread, samples[3...]), (.all, samples[...])] {
                var (seen, after): ([UUID], UUID?) = ([], nil)
                repeat {
                    let page = try await inbox.page(part, userId: "ada", tenant: "acme", after: after, limit: 2)
                    seen += page.documents.map(\.id)
                    after = page.next
                } while after != nil
                #expect(seen == expected.map(\.id).reversed(), "\(part)")
            }
        }
    }

    /// 11,000 mails on top of one in-app message: its user's inbox is found on the third page.
    @Test func inboxPageIsBoundedThoughLittleOfAUsersIsInIt() async throws {
        try await withDatabase { database in
            let wanted = try await database.accept(Self.inApp(at: Sample.moment.addingTimeInterval(-60)))
            try await database.fill(11_000)
            try await database.pool.query("UPDATE notifications SET user_id = 'ada'")
            let inbox = Inbox(pool: database.pool)
            var pages: [[UUID]] = []
            var after: UUID?
            repeat {
                let page = try await inbox.page(userId: "ada", tenant: "acme", after: after, limit: 10)
                pages.append(page.documents.map(\.id))
                after = page.next
            } while after != nil
            #expect(pages == [[], [], [wanted.id]])
        }
    }

    private static func inApp(
        user: String = "ada", tenant: String = "acme", at moment: Date = Sample.moment
    ) -> AcceptedNotification {
        Sample.notification(["channels": ["inApp"]], to: ["userId": .string(user)], tenant: tenant, at: moment)
    }
}
