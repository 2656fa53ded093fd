import Foundation
import Notifications
import Testing

@Suite struct StatusEventTests {
    private let notificationId = UUID.version7(at: moment(0))

    @Test func fullEventComesBackFromItsJSON() throws {
        let event = StatusEvent(
            id: 7, notificationId: notificationId, tenant: "t1", userId: "u42", channel: .push, route: .fcm,
            status: "sent", previous: .pending, outcome: "accepted", attempt: 2, provider: "fcm", failure: .test,
            at: moment(1.25))
        #expect(
            event.json.object?.members.map(\.name) == [
                "id", "notificationId", "userId", "channel", "route", "status", "previous", "outcome", "attempt",
                "provider", "error", "at",
            ])
        #expect(StatusEvent(json: try JSON(parsing: event.json.text), tenant: "t1") == event)
    }

    @Test func shortEventComesBackToo() {
        let event = StatusEvent(
            notificationId: notificationId, tenant: "t1", userId: nil, status: "accepted", at: moment(0))
        #expect(event.json.object?.members.map(\.name) == ["notificationId", "status", "at"])
        #expect(StatusEvent(json: event.json, tenant: "t1") == event)
    }

    @Test func tenantNeverTravelsInTheText() {
        let event = StatusEvent(
            notificationId: notificationId, tenant: "secret-tenant", userId: nil, status: "accepted", at: moment(0))
        #expect(!event.json.text.contains("secret-tenant"))
        #expect(StatusEvent.topic(tenant: "secret-tenant") == "belfry:events:secret-tenant")
    }

    @Test(arguments: ["notificationId", "status", "at"]) func eventWithoutWhatItNeedsIsNone(name: String) throws {
        let event = StatusEvent(
            notificationId: notificationId, tenant: "t1", userId: nil, status: "accepted", at: moment(0))
        var object = try #require(event.json.object)
        object[name] = nil
        #expect(StatusEvent(json: .object(object), tenant: "t1") == nil)
        object[name] = 5
        #expect(StatusEvent(json: .object(object), tenant: "t1") == nil)
    }
}
