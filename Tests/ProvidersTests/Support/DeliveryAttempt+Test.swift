import Foundation
import Notifications

extension DeliveryAttempt {
    /// An attempt at a webhook unless told otherwise.
    static func test(
        route: Route = .webhook, target: Target = .test("https://hooks.test/"), message: Message = .test,
        notification: UInt8 = 1, number: Int = 1, round: Int = 1, timeout: Duration = .seconds(10)
    ) -> DeliveryAttempt {
        let id = UUID(uuid: (1, 0x98, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, notification))
        return DeliveryAttempt(
            notificationId: id, tenant: "acme", route: route, target: target, message: message,
            number: number, round: round, createdAt: Date(timeIntervalSince1970: 1_769_851_800), timeout: timeout)
    }
}

extension Target {
    static func test(_ url: String) -> Target { Target(id: "webhook", address: .url(url)) }
}

extension Message {
    static let test = Message(type: .transactional, priority: .medium, title: "Hello", body: "World")
}
