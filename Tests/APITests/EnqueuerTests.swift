import Foundation
import Notifications
import Queue
import Testing

@testable import API

struct EnqueuerTests {
    private let now = Date(timeIntervalSince1970: 1_790_000_000)

    private func notification(_ body: JSON, to: JSON) throws -> AcceptedNotification {
        var object = try #require(body.object)
        object["to"] = to
        object["title"] = "Hello"
        let fields = Fields(object)
        let draft = NotificationDraft(fields, at: now)
        try #require(fields.problems.isEmpty)
        return AcceptedNotification(
            id: .version7(at: now), tenant: "acme", content: NotificationContent(draft, to: draft.to[0], at: now),
            channels: draft.channels, resolved: draft.to[0], providedRoutes: Set(Route.allCases), at: now)
    }

    @Test func deliveriesAreGroupedByRoute() throws {
        let both = try notification(["priority": "low"], to: ["email": "a@example.org", "phone": "+46701234567"])
        let one = try notification([:], to: ["email": "b@example.org"])
        let jobs = Enqueuer.jobs([both, one], at: now)
        func job(_ notification: AcceptedNotification, _ priority: Priority) -> QueuedDelivery {
            QueuedDelivery(id: notification.id, tenant: "acme", priority: priority, cost: 1, delay: .zero)
        }
        #expect(jobs == [.email: [job(both, .low), job(one, .medium)], .sms: [job(both, .low)]])
    }

    @Test(arguments: [(600.0, true), (3600, true), (3601, false)])
    func onlyWhatIsDueWithinTheHorizonIsEnqueued(wait: Double, isEnqueued: Bool) throws {
        let later = try notification(
            ["sendAt": JSON(now.addingTimeInterval(wait))], to: ["email": "a@example.org"])
        let delays = Enqueuer.jobs([later], at: now)[.email]?.map(\.delay)
        #expect(delays == (isEnqueued ? [.seconds(wait)] : nil))
    }

    @Test func deliveryOfItsOwnTimeWaitsForThat() throws {
        var both = try notification([:], to: ["email": "a@example.org", "phone": "+46701234567"])
        both.deliveries[1].notBefore = now.addingTimeInterval(60.0004)
        let jobs = Enqueuer.jobs([both], at: now)
        #expect(jobs[.email]?.map(\.delay) == [.zero])
        #expect(jobs[.sms]?.map(\.delay) == [.milliseconds(60_001)])
    }

    @Test func costIsTheNumberOfDevices() throws {
        let devices: JSON = [
            ["id": "a", "route": "push.fcm", "token": "1"], ["id": "b", "route": "push.fcm", "token": "2"],
        ]
        let push = try notification([:], to: ["devices": devices])
        #expect(Enqueuer.jobs([push], at: now)[.fcm]?.map(\.cost) == [2])
    }

    @Test func eventsTellOfTheNotificationAndOfItsInbox() throws {
        let email = try notification([:], to: ["email": "a@example.org"])
        #expect(
            Enqueuer.events(email) == [
                StatusEvent(notificationId: email.id, tenant: "acme", userId: nil, status: "accepted", at: now)
            ])
        let inbox = try notification(["channels": ["inApp"]], to: ["userId": "u42"])
        #expect(
            Enqueuer.events(inbox) == [
                StatusEvent(notificationId: inbox.id, tenant: "acme", userId: "u42", status: "accepted", at: now),
                StatusEvent(
                    notificationId: inbox.id, tenant: "acme", userId: "u42", channel: .inApp, route: .inApp,
                    status: "unread", at: now),
            ])
    }
}
