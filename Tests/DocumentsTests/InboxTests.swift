import Documents
import Foundation
import Notifications
import Testing

@Suite struct InboxTests {
    @Test func pagesAreNewestFirstAndTogetherWhole() async throws {
        try await withDatabase { database in
            let samples = (0..<7).map { Self.inApp(at: Sample.moment.addingTimeInterval(Double($0))) }
            try await database.accept(samples)
            let inbox = Inbox(pool: database.pool)
            var seen: [UUID] = []
            var sizes: [Int] = []
            var after: UUID?
            repeat {
                let page = try await inbox.page(userId: "ada", tenant: "acme", after: after, limit: 3)
                #expect(page.unreadCount == 7)
                seen += page.documents.map(\.id)
                sizes.append(page.documents.count)
                after = page.next
            } while after != nil
            #expect(seen == samples.map(\.id).reversed())
            #expect(sizes == [3, 3, 1])
        }
    }

    @Test func aPageThatEndsExactlyHasNoNext() async throws {
        try await withDatabase { database in
            try await database.accept((0..<3).map { _ in Self.inApp() })
            let page = try await Inbox(pool: database.pool)
                .page(userId: "ada", tenant: "acme", after: nil, limit: 3)
            #expect(page.documents.count == 3)
            #expect(page.next == nil)
        }
    }

    @Test func onlyWhatReachedThisUsersInboxIsInIt() async throws {
        try await withDatabase { database in
            let own = Self.inApp()
            let others = [
                Self.inApp(user: "bob"), Self.inApp(tenant: "globex"),
                Sample.notification(["channels": ["email"]], to: ["userId": "ada", "email": "a@b.c"]),
                Sample.notification(
                    ["channels": ["inApp"], "sendAt": .string(Timestamp.text(Date().addingTimeInterval(60)))],
                    to: ["userId": "ada"]),
            ]
            try await database.accept([own] + others)
            let page = try await Inbox(pool: database.pool)
                .page(userId: "ada", tenant: "acme", after: nil, limit: 10)
            #expect(page.documents.map(\.id) == [own.id])
            #expect(page.unreadCount == 1)
        }
    }

    @Test func readingIsToldOnceAndSticks() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Self.inApp())
            let inbox = Inbox(pool: database.pool)

            let first = try #require(try await inbox.markRead(sample.id, tenant: "acme", at: Sample.moment))
            let later = Sample.moment.addingTimeInterval(60)
            let second = try #require(try await inbox.markRead(sample.id, tenant: "acme", at: later))

            let event = StatusEvent(
                id: first.event?.id, notificationId: sample.id, tenant: "acme", userId: "ada", channel: .inApp,
                route: .inApp, status: "read", previous: .unread, at: Sample.moment)
            #expect(first.event == event)
            #expect(second.event == nil)
            #expect(try await database.timeline(sample.id) == [event])
            for document in [first.document, second.document] {
                #expect(
                    document.json["channels"]?["inApp"]
                        == ["status": "read", "readAt": JSON(Sample.moment), "error": nil])
            }
            let page = try await inbox.page(userId: "ada", tenant: "acme", after: nil, limit: 10)
            #expect(page.documents.map { $0.channels[.inApp]?.status } == [.read])
            #expect(page.unreadCount == 0)
        }
    }

    @Test func twoWhoReadAtOnceAreToldOnce() async throws {
        try await withDatabase { database in
            let inbox = Inbox(pool: database.pool)
            for _ in 0..<20 {
                let sample = try await database.accept(Self.inApp())
                async let first = inbox.markRead(sample.id, tenant: "acme", at: Sample.moment)?.event
                async let second = inbox.markRead(sample.id, tenant: "acme", at: Sample.moment)?.event
                #expect(try await [first, second].compactMap(\.self).count == 1)
            }
            #expect(try await database.count("inbox_unread") == 0)
        }
    }

    @Test func whatIsNotInAnInboxCannotBeRead() async throws {
        try await withDatabase { database in
            let inbox = Inbox(pool: database.pool)
            let mail = try await database.accept(
                Sample.notification(["channels": ["email"]], to: ["userId": "ada", "email": "a@b.c"]))
            let literal = try await database.accept(Sample.notification())
            let own = try await database.accept(Self.inApp())
            for (id, tenant) in [(mail.id, "acme"), (literal.id, "acme"), (UUID(), "acme"), (own.id, "globex")] {
                #expect(try await inbox.markRead(id, tenant: tenant, at: Sample.moment)?.document.id == nil)
            }
            #expect(try await database.count("inbox_unread") == 1)
            #expect(try await database.count("delivery_events") == 0)
        }
    }

    private static func inApp(
        user: String = "ada", tenant: String = "acme", at moment: Date = Sample.moment
    ) -> AcceptedNotification {
        Sample.notification(["channels": ["inApp"]], to: ["userId": .string(user)], tenant: tenant, at: moment)
    }
}
