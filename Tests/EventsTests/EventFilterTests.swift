import Events
import Foundation
import Notifications
import Testing

struct EventFilterTests {
    private static let id = UUID()
    private let event = StatusEvent.sample(notificationId: id, userId: "u42", channel: .email, status: "sent")

    @Test func emptyFilterAdmitsEverything() {
        #expect(EventFilter().admits(event))
        #expect(EventFilter().admits(.sample(userId: nil, channel: nil, status: "accepted")))
    }

    @Test(arguments: [
        (EventFilter(userId: "u42"), true), (EventFilter(userId: "u1"), false),
        (EventFilter(notificationId: id), true), (EventFilter(notificationId: UUID()), false),
        (EventFilter(channels: [.email, .sms]), true), (EventFilter(channels: [.sms]), false),
        (EventFilter(statuses: ["sent", "failed"]), true), (EventFilter(statuses: ["failed"]), false),
        (EventFilter(userId: "u42", notificationId: id, channels: [.email], statuses: ["sent"]), true),
        (EventFilter(userId: "u42", notificationId: id, channels: [.email], statuses: ["read"]), false),
    ])
    func everyConditionMustHold(filter: EventFilter, isAdmitted: Bool) {
        #expect(filter.admits(event) == isAdmitted)
    }

    @Test func eventOfAWholeNotificationPassesNoFilterForChannels() {
        #expect(!EventFilter(channels: [.email]).admits(.sample(channel: nil, status: "accepted")))
    }

    @Test func eventOfNobodyPassesNoFilterForUsers() {
        #expect(!EventFilter(userId: "u42").admits(.sample(userId: nil)))
    }
}
