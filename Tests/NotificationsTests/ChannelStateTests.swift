import Foundation
import Notifications
import Testing

@Suite struct ChannelStateTests {
    private func result(
        _ route: Route, _ status: DeliveryStatus, round: Int = 1, attempts: Int = 1, messageId: String? = nil,
        failure: DeliveryFailure? = nil, targets: [String: TargetState] = [:], at: Date = moment(0)
    ) -> RouteResult {
        RouteResult(
            route: route, standing: Standing(round: round, status: status), attempts: attempts, provider: "p",
            providerMessageId: messageId, failure: failure, targets: targets, at: at)
    }

    @Test func sentAndThenDeliveredIsToldStepByStep() {
        var email = ChannelState(status: .pending)
        let afterRetry = email.merge(result(.email, .pending, failure: .test))
        #expect(!afterRetry)
        var expected = ChannelState(status: .pending, failure: .test)
        expected.attempts = 1
        expected.provider = "p"
        #expect(email == expected)

        let afterOutcome = email.merge(result(.email, .sent, attempts: 2, messageId: "m", at: moment(1)))
        #expect(afterOutcome)
        expected.standing = Standing(status: .sent)
        expected.attempts = 2
        expected.providerMessageId = "m"
        expected.failure = nil
        expected.sentAt = moment(1)
        #expect(email == expected)

        let afterReceipt = email.merge(result(.email, .delivered, attempts: 2, at: moment(2)))
        #expect(afterReceipt)
        expected.standing = Standing(status: .delivered)
        expected.deliveredAt = moment(2)
        #expect(email == expected)
    }

    @Test func lateLowerResultChangesNothingThatIsShown() {
        var email = ChannelState(status: .pending)
        email.merge(result(.email, .delivered, attempts: 2, messageId: "m", at: moment(1)))
        let before = email
        let changed = email.merge(result(.email, .failed, messageId: "late", failure: .test, at: moment(2)))
        #expect(!changed)
        #expect(email == before)
    }

    @Test func receiptBeforeTheOutcomeLeavesTheTimesOfBoth() {
        var email = ChannelState(status: .pending)
        email.merge(result(.email, .delivered, at: moment(2)))
        email.merge(result(.email, .sent, at: moment(1)))
        #expect(email.sentAt == moment(1))
        #expect(email.deliveredAt == moment(2))
        #expect(email.status == .delivered)
    }

    @Test func readingAnInboxItemKeepsTheFirstTime() {
        var inApp = ChannelState(status: .unread)
        let changed = [5, 3, 7].map { inApp.merge(result(.inApp, .read, at: moment($0))) }
        #expect(changed == [true, false, false])
        #expect(inApp.status == .read)
        #expect(inApp.readAt == moment(3))
    }

    @Test func reDriveOpensAFailedChannelAgain() {
        var sms = ChannelState(status: .failed, failure: .test)
        let afterReDrive = sms.merge(result(.sms, .pending, round: 2))
        #expect(afterReDrive)
        #expect(sms.isOpen)
        let afterLateReceipt = sms.merge(result(.sms, .delivered, round: 1))
        #expect(!afterLateReceipt)
        #expect(sms.status == .pending)
        sms.merge(result(.sms, .sent, round: 2))
        #expect(sms.status == .sent)
        #expect(sms.json(for: .sms)["round"] == 2)
    }

    @Test func fanOutHasTheBestRouteAndCountsItsDevices() {
        var push = ChannelState(status: .pending)
        push.routes = [.apns: Standing(status: .pending), .fcm: Standing(status: .pending)]
        func target(_ status: DeliveryStatus) -> TargetState {
            TargetState(standing: Standing(status: status), attempts: 1)
        }
        push.merge(result(.apns, .failed, failure: .test, targets: ["a": target(.failed), "b": target(.failed)]))
        #expect(push.status == .failed)
        #expect(push.isOpen, "the other route may still succeed")
        push.merge(result(.fcm, .sent, targets: ["c": target(.sent), "d": target(.bounced)]))
        #expect(push.status == .sent)
        #expect(!push.isOpen)
        #expect(push.failure == nil)
        #expect(push.routes == [.apns: Standing(status: .failed), .fcm: Standing(status: .sent)])
        #expect(push.targets.mapValues(\.status) == ["a": .failed, "b": .failed, "c": .sent, "d": .bounced])
        let json = push.json(for: .push)
        #expect(["deviceCount", "successCount", "failureCount"].map { json[$0]?.int } == [4, 1, 3])
    }
}
