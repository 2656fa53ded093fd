import BelfryClient
import Documents
import Foundation
import Notifications
import Testing

/// What a request may say beside its text, and what becomes of it.
@Suite(.timeLimit(.minutes(3))) struct TypedClientSendingTests {
    private func ada(_ client: BelfryClient) async throws -> Recipient {
        var user = Recipient(userId: "ada")
        user.email = "ada@example.org"
        user.phone = "+46701234567"
        user.timezone = "Europe/Stockholm"
        return try await client.putUser("ada", user)
    }

    @Test func planAndKeysAreThoseOfTheDocument() async throws {
        try await withTypedClient { _, client in
            _ = try await ada(client)
            var request = NotificationRequest(toUser: "ada", title: "x")
            let plan = EscalationPlan(steps: [
                EscalationPlan.Step(channels: [.inApp, .email]),
                EscalationPlan.Step(channels: [.sms], after: .seconds(600), unless: .read),
            ])
            request.plan = plan
            request.collapseKey = "order-8812"
            let report = try #require(try await client.send(request).notification)
            #expect(report.json["plan"] == plan.json && report.json["collapseKey"] == "order-8812")
            #expect(report.channels[.email]?.status == "pending" && report.channels[.sms]?.status == "scheduled")
        }
    }

    @Test func itIsDueAfterADelayOrByTheRecipientsOwnClock() async throws {
        try await withTypedClient { _, client in
            _ = try await ada(client)
            var request = NotificationRequest(toUser: "ada", channels: [.email], title: "x")
            request.delay = .seconds(3600)
            let delayed = try #require(try await client.send(request).notification?.json["sendAt"]?.date)
            #expect(abs(delayed.timeIntervalSinceNow - 3600) < 60)
            request.delay = nil
            let tomorrow = Int(Date().timeIntervalSince1970) / 86_400 + 1
            let time = LocalTime(minutes: 9 * 60 + 5, day: tomorrow)
            request.localTime = time
            let zone = try #require(TimeZone(identifier: "Europe/Stockholm"))
            let report = try #require(try await client.send(request).notification)
            #expect(report.json["sendAt"]?.date == time.moment(in: zone, at: Date()))
        }
    }

    @Test func whatIsSaidOfAUserIsKeptWhereItIsToBe() async throws {
        try await withTypedClient { _, client in
            var user = try await ada(client)
            user.email = "new@example.org"
            _ = try await client.send(NotificationRequest(to: [user], channels: [.email], title: "x"))
            #expect(try await client.user("ada").email == "ada@example.org")
            user.isSaved = true
            _ = try await client.send(NotificationRequest(to: [user], channels: [.email], title: "x"))
            #expect(try await client.user("ada").email == "new@example.org")
        }
    }

    @Test func aBatchIsAnsweredRequestByRequest() async throws {
        try await withTypedClient { _, client in
            _ = try await ada(client)
            let requests = [
                NotificationRequest(toUser: "ada", channels: [.email], title: "One"),
                NotificationRequest(toUser: "nobody", channels: [.email], title: "Two"),
                NotificationRequest(toTopic: "news", title: "Three"), NotificationRequest(toUser: "ada"),
            ]
            let answer = try await client.sendBatch(requests, idempotencyKey: "batch")
            #expect(answer.notification == nil && answer.broadcast == nil && answer.entries.count == 4)
            guard case .accepted(let id) = try #require(answer.entries.first) else {
                Issue.record("\(answer.json.text)")
                return
            }
            #expect(try await client.notification(id).title == "One")
            let fields = answer.entries.dropFirst().map { entry -> [String] in
                if case .rejected(let errors) = entry { errors.map(\.field) } else { ["-"] }
            }
            #expect(fields == [["to.userId"], ["to"], ["title"]])
            #expect(try await client.sendBatch(requests, idempotencyKey: "batch").isReplay)
        }
    }

    @Test func aRequestIsExplainedAndNotSent() async throws {
        try await withTypedClient { api, client in
            _ = try await ada(client)
            let request = NotificationRequest(toUser: "ada", channels: [.email, .push], title: "x")
            let channels = try await client.explain(request)["recipients"]?.array?.first?["channels"]
            #expect(channels?["email"]?["decision"] == "send" && channels?["push"]?["decision"] == "skip")
            #expect(try await api.count("notifications") == 0)
        }
    }

    @Test func whatFailedIsTriedAgainWhereItIsWanted() async throws {
        try await withTypedClient { api, client in
            _ = try await ada(client)
            let request = NotificationRequest(toUser: "ada", channels: [.email, .sms, .inApp], title: "x")
            let id = try #require(try await client.send(request).notification?.id)
            for route in [Route.email, .sms] { try await api.fail(id.text, on: route) }
            #expect(try await client.retry(id, on: [.sms]) == [.sms: "redriven"])
            #expect(try await client.retry(id) == [.email: "redriven", .sms: "inFlight", .inApp: "notFailed"])
        }
    }

    @Test func aNotificationIsFoundByItsWords() async throws {
        try await withTypedClient { api, client in
            for title in ["Order shipped", "Order returned"] {
                _ = try await client.send(NotificationRequest(toUser: "u42", channels: [.inApp], title: title))
            }
            let (start, end) = (UUID.version7Floor(at: .now - 600), UUID.version7Floor(at: .now + 600))
            #expect(try await TextIndex(pool: api.pool).step(after: start, below: end, limit: 10).added == 2)
            var query = NotificationQuery()
            query.text = "order -returned"
            #expect(try await client.notifications(query).items.map(\.title) == ["Order shipped"])
        }
    }

    @Test func aNotificationIsPutAwayAndBroughtBack() async throws {
        try await withTypedClient { _, client in
            let request = NotificationRequest(toUser: "u42", channels: [.inApp], title: "x")
            let id = try #require(try await client.send(request).notification?.id)
            let archived = try #require(try await client.archive(id).channels[.inApp])
            #expect(archived.status == "read" && archived.archivedAt != nil)
            #expect(try await client.inbox(of: "u42").page.items.isEmpty)
            #expect(try await client.inbox(of: "u42", archived: true).page.items.map(\.id) == [id])
            let back = try #require(try await client.unarchive(id).channels[.inApp])
            #expect(back.status == "read" && back.archivedAt == nil)
            #expect(try await client.inbox(of: "u42").page.items.map(\.id) == [id])
        }
    }
}
