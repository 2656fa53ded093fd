import Foundation
import Notifications
import Testing

/// What the rules make of a notification when it is accepted.
@Suite struct AcceptedNotificationRulesTests {
    private let night = Timestamp.date("2026-11-20T23:00:00Z") ?? .distantPast
    private let morning = Timestamp.date("2026-11-21T07:00:00Z") ?? .distantPast

    private func accepted(_ preferences: String, _ message: String = "{}") throws -> AcceptedNotification {
        var user = Recipient(userId: "u42")
        user.email = "a@example.com"
        user.devices = [
            Device(id: "d1", route: .apns, token: "1"), Device(id: "d2", route: .fcm, token: "2"),
        ]
        user.preferences = Preferences(try fields(preferences))
        var object = try fields(message).object
        object["to"] = ["userId": "u42"]
        object["title"] = "T"
        if object["channels"] == nil { object["channels"] = ["push", "email", "inApp", "sms"] }
        let draft = NotificationDraft(Fields(object), at: night)
        var accepted = AcceptedNotification(
            id: .version7(at: night), tenant: "t1",
            content: NotificationContent(draft, to: Recipient(userId: "u42"), at: night), channels: draft.channels,
            resolved: user, providedRoutes: [.apns, .fcm, .email, .inApp, .sms], at: night)
        accepted.obey(SendingRules(PreferenceDefaults(), for: user))
        return accepted
    }

    @Test func whatNobodySpeaksAgainstStaysAsItWas() throws {
        let accepted = try accepted("{}")
        #expect(accepted.deliveries.map(\.route) == [.apns, .fcm, .email])
        #expect(accepted.deliveries.allSatisfy { $0.notBefore == nil })
        #expect(accepted.isUnread)
        #expect(accepted.channels[.sms] == ChannelState(status: .skipped, failure: .noAddress))
    }

    @Test func whatIsTurnedOffIsSkippedAndNoWork() throws {
        let accepted = try accepted(
            #"{"types":{"transactional":{"push":false,"inApp":false,"sms":false}}}"#)
        #expect(accepted.deliveries.map(\.route) == [.email])
        #expect(!accepted.isUnread)
        for channel in [NotificationChannel.push, .inApp] {
            #expect(accepted.channels[channel]?.status == .skipped)
            #expect(accepted.channels[channel]?.failure?.code == "preference")
            #expect(accepted.channels[channel]?.routes == [:])
        }
        #expect(accepted.channels[.sms]?.failure == .noAddress, "what could not be sent anyway keeps its reason")
    }

    @Test func whatComesInQuietHoursIsScheduledForTheirEnd() throws {
        let accepted = try accepted(
            #"{"quietHours":{"from":"22:00","to":"07:00","channels":["push","inApp"]}}"#)
        #expect(accepted.deliveries.map(\.route) == [.apns, .fcm, .email, .inApp])
        #expect(accepted.deliveries.map(\.notBefore) == [morning, morning, nil, morning])
        #expect(accepted.deliveries.map(\.cost) == [1, 1, 1, 1])
        let push = try #require(accepted.channels[.push])
        #expect(push.status == .scheduled)
        #expect(push.routes == [.apns: Standing(status: .scheduled), .fcm: Standing(status: .scheduled)])
        #expect(push.failure?.until == morning)
        #expect(ChannelState(json: push.json(for: .push), for: .push) == push)
        #expect(accepted.channels[.inApp]?.status == .scheduled)
        #expect(!accepted.isUnread)
        #expect(accepted.channels[.email] == ChannelState(status: .pending))
    }

    @Test func whatIsScheduledGoesByItsOwnTime() throws {
        let quiet = #"{"quietHours":{"from":"22:00","to":"07:00"}}"#
        let evening = try accepted(quiet, #"{"sendAt":"2026-11-21T22:30:00Z"}"#)
        #expect(evening.deliveries[0].notBefore == Timestamp.date("2026-11-22T07:00:00Z"))
        let noon = try accepted(quiet, #"{"sendAt":"2026-11-21T12:00:00Z"}"#)
        #expect(noon.deliveries[0].notBefore == noon.content.sendAt)
        #expect(noon.channels[.push]?.failure == nil)
    }

    @Test func whatExpiresBeforeWaitsNoLonger() throws {
        let accepted = try accepted(
            #"{"quietHours":{"from":"22:00","to":"07:00"}}"#, #"{"expiresIn":"2h","channels":["push"]}"#)
        #expect(accepted.deliveries.map(\.notBefore) == Array(repeating: night.addingTimeInterval(7200), count: 2))
        #expect(accepted.channels[.push]?.failure?.until == morning)
        #expect(accepted.channels[.push]?.failure?.detail.hasSuffix("it expires before.") == true)
    }
}
