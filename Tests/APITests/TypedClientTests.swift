import API
import BelfryClient
import Documents
import Foundation
import Notifications
import Queue
import TestSupport
import Testing

/// The client as a library, against the API itself.
@Suite(.timeLimit(.minutes(3))) struct TypedClientTests {
    @Test func everythingThatARequestSaysArrives() async throws {
        try await withTypedClient { _, client in
            var request = NotificationRequest(
                to: [Recipient(userId: "u42")], channels: [.inApp], title: "Order shipped", body: "It is on its way.")
            request.type = .alert
            request.priority = .critical
            request.data = JSONObject([("orderId", 8812)])
            request.overrides = [.push: JSONObject([("badge", 1)])]
            request.sendAt = Date().addingTimeInterval(3600)
            request.expiresIn = .seconds(7200)
            request.cancellationKey = "order-8812"
            request.guarantee = .atMostOnce
            request.metadata = JSONObject([("shop", "north")])
            let report = try #require(try await client.send(request).notification)
            #expect(report.status == .scheduled && !report.isDone)
            #expect(report.title == "Order shipped" && report.body == "It is on its way.")
            #expect(report.data?["orderId"] == 8812 && report.metadata?["shop"] == "north")
            let document = report.json
            for (name, value) in [
                ("type", "alert"), ("priority", "critical"), ("cancellationKey", "order-8812"),
                ("delivery", "atMostOnce"),
            ] as [(String, JSON)] {
                #expect(document[name] == value)
            }
            #expect(document["overrides"] == ["push": ["badge": 1]])
            #expect(document["sendAt"]?.date != nil && document["to"] == ["userId": "u42"])
        }
    }

    @Test func templateIsNamedWithOrWithoutItsVersion() async throws {
        try await withTypedClient { _, client in
            let texts: JSON = ["inApp": ["default": ["title": "Hello"], "sv": ["title": "Hej"]]]
            _ = try await client.putTemplate("greeting", JSONObject([("channels", texts)]))
            for version in [nil, 1] {
                var request = NotificationRequest(toUser: "u42", channels: [.inApp])
                request.template = TemplateChoice(name: "greeting", version: version)
                request.locale = "sv"
                #expect(try await client.send(request).notification?.title == "Hej")
            }
        }
    }

    @Test func aNotificationIsReadListedAndTakenBack() async throws {
        try await withTypedClient { _, client in
            var recipient = Recipient()
            recipient.email = "ada@example.org"
            var request = NotificationRequest(to: [recipient], channels: [.email], title: "x")
            request.cancellationKey = "k"
            let id = try #require(try await client.send(request).notification?.id)
            let other = try #require(try await client.send(request).notification?.id)
            #expect(try await client.notification(id).channels[.email]?.status == "pending")
            let page = try await client.notifications(NotificationQuery(channel: .email), limit: 1)
            #expect(page.items.map(\.id) == [other])
            let next = try await client.notifications(NotificationQuery(channel: .email), after: page.next)
            #expect(next.items.map(\.id) == [id] && next.next == nil)
            #expect(try await client.cancel(id) == [.email: "cancelled"])
            #expect(try await client.timeline(of: id).map(\.status) == ["cancelled"])
            let cancelled = try await client.cancel(cancellationKey: "k")
            #expect(cancelled.ids == [other] && !cancelled.remaining)
            #expect(try await client.notification(other).isDone)
        }
    }

    @Test func aListIsAnsweredRecipientByRecipient() async throws {
        try await withTypedClient { _, client in
            var known = Recipient()
            known.email = "ada@example.org"
            let request = NotificationRequest(to: [known, Recipient(userId: "nobody")], channels: [.email], title: "x")
            let answer = try await client.send(request, idempotencyKey: "list")
            #expect(answer.notification == nil && answer.entries.count == 2)
            guard case .accepted(let id) = answer.entries[0], case .rejected(let errors) = answer.entries[1] else {
                Issue.record("\(answer.json.text)")
                return
            }
            #expect(try await client.notification(id).status == .pending)
            #expect(errors.map(\.field) == ["to[1].userId"])
            #expect(try await client.send(request, idempotencyKey: "list").isReplay)
        }
    }

    @Test func aUserIsKeptWithItsDevicesAndItsInbox() async throws {
        try await withTypedClient { _, client in
            var user = Recipient(userId: "u/42")
            user.email = "ada@example.org"
            user.attributes = JSONObject([("name", "Ada")])
            #expect(try await client.putUser("u/42", user) == user)
            let device = Device(id: "my phone", route: .fcm, token: "token")
            try await client.putDevice(device, of: "u/42")
            #expect(try await client.devices(of: "u/42") == [device])
            #expect(try await client.user("u/42").devices == [device])
            #expect(try await client.users(prefix: "u/").items.map(\.userId) == ["u/42"])
            try await client.removeDevice("my phone", of: "u/42")
            let gone = await #expect(throws: BelfryClientError.self) {
                try await client.removeDevice("my phone", of: "u/42")
            }
            #expect(gone?.code == "notFound")
            for _ in 1...3 {
                _ = try await client.send(NotificationRequest(toUser: "u/42", channels: [.inApp], title: "x"))
            }
            let (page, unread) = try await client.inbox(of: "u/42", limit: 2)
            #expect(page.items.count == 2 && page.next != nil && unread == 3)
            #expect(try await client.markRead(page.items[0].id).channels[.inApp]?.readAt != nil)
            #expect(try await client.inbox(of: "u/42", part: "unread").page.items.count == 2)
            let read = try await client.readInbox(of: "u/42")
            #expect(read.read == 2 && !read.remaining)
            try await client.eraseUser("u/42")
            let erased = await #expect(throws: BelfryClientError.self) { try await client.user("u/42") }
            #expect(erased?.code == "notFound")
        }
    }

    @Test func manyUsersArePutAtOnceAndOneIsErased() async throws {
        try await withTypedClient { _, client in
            var wrong = Recipient(userId: "u2")
            wrong.phone = "soon"
            let refused = try await client.putUsers([Recipient(userId: "u1"), wrong, Recipient(userId: "u3")])
            #expect(refused.mapValues { $0.map(\.field) } == [1: ["users[1].phone"]])
            #expect(try await client.users().items.map(\.userId) == ["u1", "u3"])
            try await client.eraseUser("u1")
            #expect(try await client.users().items.map(\.userId) == ["u3"])
        }
    }

    @Test func anAddressIsSuppressedAndSentToAgain() async throws {
        try await withTypedClient { _, client in
            #expect(try await client.suppression(of: "ada@example.org", on: .email) == nil)
            try await client.suppress("ada@example.org", on: .email)
            #expect(try await client.suppression(of: "ada@example.org", on: .email)?.reason == .manual)
            try await client.liftSuppression(of: "ada@example.org", on: .email)
            #expect(try await client.suppression(of: "ada@example.org", on: .email) == nil)
        }
    }

    @Test func deadLettersAreListed() async throws {
        try await withTypedClient { _, client in
            let page = try await client.deadLetters()
            #expect(page.items.isEmpty && page.next == nil)
            #expect(try await client.redrive(DeadLetterQuery(), limit: 1, dryRun: true).matched == 0)
        }
    }

    /// As the README shows it.
    @Test func aNotificationIsFollowedToItsEnd() async throws {
        try await withTypedClient { _, belfry in
            let request = NotificationRequest(toUser: "u42", channels: [.push, .inApp], title: "Order shipped")
            let user = Recipient(userId: "u42")
            _ = try await belfry.putUser("u42", user)
            guard let sent = try await belfry.send(request).notification else { return }
            try await belfry.events(EventQuery(notificationId: sent.id.text)) { _ in
                try await !belfry.notification(sent.id).isDone
            }
            #expect(try await belfry.notification(sent.id).status == .sent)
        }
    }
}
