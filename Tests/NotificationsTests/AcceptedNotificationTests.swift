import Foundation
import Notifications
import Testing

@Suite struct AcceptedNotificationTests {
    private let id = UUID.version7(at: moment(0))
    private let now = moment(0)

    /// A user with three kinds of push address, e-mail and an inbox.
    private var user: Recipient {
        var user = Recipient(userId: "u42")
        user.email = "a@example.com"
        user.devices = [
            Device(id: "d1", route: .apns, token: "1"), Device(id: "d2", route: .fcm, token: "2"),
            Device(id: "d3", route: .apns, token: "3"), Device(id: "d4", route: .expo, token: "4"),
        ]
        return user
    }

    private func accepted(
        _ channels: [NotificationChannel]?, sendAt: Date? = nil, provided: Set<Route> = [.apns, .fcm, .email, .inApp],
        to recipient: Recipient
    ) throws -> AcceptedNotification {
        var draft = NotificationDraft(try fields(#"{"to":{"userId":"u42"},"body":"B"}"#), at: now)
        draft.sendAt = sendAt
        return AcceptedNotification(
            id: id, tenant: "t1", content: NotificationContent(draft, to: Recipient(userId: "u42"), at: now),
            channels: channels, resolved: recipient, providedRoutes: provided, at: now)
    }

    @Test func eachProvidedRouteOfAPushBecomesADelivery() throws {
        let accepted = try accepted([.push], to: user)
        var push = ChannelState(status: .pending)
        push.routes = [.apns: Standing(status: .pending), .fcm: Standing(status: .pending)]
        #expect(accepted.channels == [.push: push])
        #expect(accepted.deliveries.map(\.route) == [.apns, .fcm])
        #expect(accepted.deliveries.map(\.cost) == [2, 1])
        #expect(accepted.id == id)
        #expect(accepted.tenant == "t1")
        #expect(accepted.userId == "u42")
        #expect(accepted.createdAt == now)
        #expect(accepted.content.body == "B")
        #expect(!accepted.isUnread)
    }

    @Test(arguments: [
        (#"{"to":{"phone":"+46701234567"},"body":"Hi"}"#, 1),
        (#"{"to":{"phone":"+46701234567"},"title":"Hi"}"#, 1),
        ("{\"to\":{\"phone\":\"+46701234567\"},\"title\":\"T\",\"body\":\"\(String(repeating: "я", count: 71))\"}", 2),
        (
            #"{"to":{"phone":"+46701234567"},"title":"T","body":"Hi","overrides":{"sms":{"body":""#
                + String(repeating: "a", count: 307) + #""}}}"#, 3
        ),
    ])
    func messageCostsATokenForEachOfItsSegments(request: String, cost: Int) throws {
        let draft = NotificationDraft(try fields(request), at: now)
        let recipient = try #require(draft.to.first)
        let accepted = AcceptedNotification(
            id: id, tenant: "t1", content: NotificationContent(draft, to: recipient, at: now), channels: [.sms],
            resolved: recipient, providedRoutes: [.sms], at: now)
        #expect(accepted.deliveries.map(\.cost) == [cost])
    }

    @Test func inAppDueNowIsUnreadAtOnceWithoutADelivery() throws {
        let accepted = try accepted([.inApp], to: user)
        #expect(accepted.channels == [.inApp: ChannelState(status: .unread)])
        #expect(accepted.deliveries == [])
        #expect(accepted.isUnread)
    }

    @Test func whatIsDueLaterIsScheduledInAppIncluded() throws {
        let accepted = try accepted([.inApp, .email], sendAt: now.addingTimeInterval(60), to: user)
        #expect(
            accepted.channels == [
                .inApp: ChannelState(status: .scheduled), .email: ChannelState(status: .scheduled),
            ])
        #expect(accepted.deliveries.map(\.route) == [.inApp, .email])
        #expect(accepted.deliveries.map(\.cost) == [1, 1])
        #expect(!accepted.isUnread)
    }

    @Test func laterStepsOfAPlanAreScheduledFromWhenItIsDue() throws {
        let body =
            #"{"to":{"userId":"u42"},"body":"B","plan":[{"channels":["email"]},"#
            + #"{"channels":["inApp","sms"],"after":"10m"},{"channels":["push"],"after":"1h","unless":"read"}]}"#
        func accepted(sendAt: Date?) throws -> AcceptedNotification {
            var draft = NotificationDraft(try fields(body), at: now)
            draft.sendAt = sendAt
            return AcceptedNotification(
                id: id, tenant: "t1", content: NotificationContent(draft, to: draft.to[0], at: now),
                channels: draft.channels, resolved: user, providedRoutes: [.email, .inApp, .fcm], at: now)
        }
        let prompt = try accepted(sendAt: nil)
        #expect(prompt.deliveries.map(\.route) == [.email, .inApp, .fcm])
        #expect(prompt.deliveries.map(\.notBefore) == [nil, now + 600, now + 3600])
        #expect(
            prompt.channels.mapValues(\.status) == [
                .email: .pending, .inApp: .scheduled, .sms: .skipped, .push: .scheduled,
            ])
        #expect(prompt.channels[.push]?.routes == [.fcm: Standing(status: .scheduled)])
        #expect(!prompt.isUnread)
        let later = try accepted(sendAt: now + 60)
        #expect(later.deliveries.map(\.notBefore) == [now + 60, now + 660, now + 3660])
        #expect(later.channels[.email]?.status == .scheduled)
    }

    @Test func channelWithoutAddressOrProviderIsSkippedWithItsReason() throws {
        let accepted = try accepted([.sms, .email, .push], provided: [.sms, .webPush], to: user)
        #expect(
            accepted.channels == [
                .sms: ChannelState(status: .skipped, failure: .noAddress),
                .email: ChannelState(status: .skipped, failure: .noProvider),
                .push: ChannelState(status: .skipped, failure: .noProvider),
            ])
        #expect(accepted.deliveries == [])
    }

    @Test func withoutAWishEveryReachableChannelIsUsed() throws {
        let accepted = try accepted(nil, to: user)
        #expect(Set(accepted.channels.keys) == [.push, .email, .inApp])
        #expect(accepted.deliveries.map(\.route) == [.apns, .fcm, .email])
        #expect(try self.accepted(nil, to: Recipient()).channels == [:])
    }

    @Test(arguments: [
        (#"{"userId":"ada","email":"a@example.com"}"#, #"[{"userId":"ada"},"k"]"#),
        (
            #"{"email":"a@example.com","locale":"sv","timezone":"UTC","attributes":{}}"#,
            #"[{"email":"a@example.com"},"k"]"#
        ),
        (#"{"phone":"+46701234567"}"#, #"[{"phone":"+46701234567"},"k"]"#),
    ]) func whatCollapsesIsForOneUserOrTheSameAddresses(to: String, expected: String) throws {
        func group(_ members: String) throws -> String? {
            let draft = NotificationDraft(try fields(#"{"to":\#(to),"body":"B"\#(members)}"#), at: now)
            return AcceptedNotification(
                id: id, tenant: "t1", content: NotificationContent(draft, to: draft.to[0], at: now), channels: [.sms],
                resolved: draft.to[0], providedRoutes: [.sms], at: now
            ).collapseGroup
        }
        #expect(try group(#","collapseKey":"k""#) == expected)
        #expect(try group("") == nil)
    }

    @Test func testsCollapseByThemselves() throws {
        var draft = NotificationDraft(try fields(#"{"to":{"userId":"ada"},"body":"B","collapseKey":"k"}"#), at: now)
        draft.isTest = true
        let accepted = AcceptedNotification(
            id: id, tenant: "t1", content: NotificationContent(draft, to: draft.to[0], at: now), channels: [.sms],
            resolved: draft.to[0], providedRoutes: [.sms], at: now)
        #expect(accepted.collapseGroup == #"[{"userId":"ada"},"k",true]"#)
    }

    @Test func channelsComeBackFromTheirDocument() throws {
        let accepted = try accepted([.push, .email, .inApp, .sms], to: user)
        #expect(
            accepted.channelsJSON.object?.members.map(\.name) == ["push", "email", "sms", "inApp"],
            "in the order of their declaration")
        #expect(ChannelState.read(accepted.channelsJSON) == accepted.channels)
        #expect(ChannelState.read(["fax": ["status": "sent"], "email": ["status": "lost"]]) == [:])
    }
}
