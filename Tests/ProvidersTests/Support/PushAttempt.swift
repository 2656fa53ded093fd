import Foundation
import Notifications

extension DeliveryAttempt {
    /// An attempt at a device.
    static func push(
        _ route: Route, token: String? = nil, subscription: JSON? = nil, app: String? = nil,
        environment: String? = nil, title: String? = "Hello", body: String? = "World", data: JSONObject? = nil,
        overrides: JSON? = nil, priority: Priority = .medium, number: Int = 1, round: Int = 1, expiresAt: Date? = nil,
        timeout: Duration = .seconds(10)
    ) -> DeliveryAttempt {
        let device = Device(
            id: "d1", route: route, token: token, subscription: subscription, app: app, environment: environment)
        let message = Message(
            type: .transactional, priority: priority, title: title, body: body, data: data,
            overrides: overrides?.object)
        var attempt = DeliveryAttempt.test(
            route: route, target: Target(id: "d1", address: .device(device)), message: message, number: number,
            round: round, timeout: timeout)
        attempt.expiresAt = expiresAt
        return attempt
    }
}
