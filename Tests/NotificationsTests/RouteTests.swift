import Foundation
import Notifications
import Testing

@Suite struct RouteTests {
    @Test func nameOfAChannelMeansAllItsRoutes() {
        #expect(Route.named("push") == [.apns, .fcm, .webPush, .expo])
        #expect(Route.named("chat") == [.slack, .discord, .telegram, .whatsApp])
        #expect(Route.named("email") == [.email])
        #expect(Route.named("push.fcm") == [.fcm])
        #expect(Route.named("fax") == [])
        #expect(Route.named("") == [])
        for route in Route.allCases {
            #expect(Route.named(route.rawValue) == [route])
            #expect(Route.named(route.channel.rawValue).contains(route))
        }
    }

    @Test func onlyPushAndChatFanOut() {
        #expect(NotificationChannel.allCases.filter(\.fansOut) == [.push, .chat])
    }

    @Test func onlyInAppIsUnreadOnceTaken() {
        #expect(Route.allCases.filter { $0.acceptedStatus == .unread } == [.inApp])
        #expect(Route.allCases.filter { $0.acceptedStatus == .sent }.count == Route.allCases.count - 1)
    }

    @Test func prioritiesHaveNamesAndAnOrder() {
        #expect(Priority.allCases.map(\.name) == ["critical", "high", "medium", "low"])
        #expect(Priority.allCases.map(\.rawValue) == [0, 1, 2, 3])
        #expect(Priority.allCases.map { Priority(name: $0.name) } == Priority.allCases)
        #expect(Priority(name: "urgent") == nil)
    }

    @Test func idempotencyKeyIsTheSameForAllAttemptsOfARound() throws {
        let id = try #require(UUID(uuidString: "01901234-5678-7FFF-BFFF-FFFFFFFFFFFF"))
        func key(_ number: Int, round: Int) -> String {
            DeliveryAttempt(
                notificationId: id, tenant: "t", route: .fcm,
                target: Target(id: "d1", address: .device(Device(id: "d1", route: .fcm, token: "t"))),
                message: Message(type: .alert, priority: .high, title: nil, body: "B"), number: number, round: round,
                createdAt: moment(0), timeout: .seconds(15)
            ).idempotencyKey
        }
        #expect(key(1, round: 1) == "01901234-5678-7fff-bfff-ffffffffffff:push.fcm:d1:1")
        #expect(key(2, round: 1) == key(1, round: 1))
        #expect(key(1, round: 2) != key(1, round: 1))
    }
}
