import Documents
import Foundation
import Notifications

/// Notifications and recipients as the API would make them.
enum Sample {
    /// A moment in today's partitions, without the fraction that JSON would round.
    static let moment = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))

    /// - Parameters:
    ///   - request: more of the request's body, or other values for it.
    ///   - user: what is known about the user when it is accepted.
    static func notification(
        _ request: JSON = [:], to: JSON = ["email": "ada@example.org"], user: Recipient? = nil,
        tenant: String = "acme", at now: Date = moment
    ) -> AcceptedNotification {
        var object = JSONObject([("to", to), ("title", "Hello"), ("body", "It works.")])
        for member in request.object?.members ?? [] { object[member.name] = member.value }
        let fields = Fields(object)
        let draft = NotificationDraft(fields, at: now)
        precondition(fields.problems.isEmpty, "\(fields.problems)")
        return AcceptedNotification(
            id: .version7(at: now), tenant: tenant, content: NotificationContent(draft, to: draft.to[0], at: now),
            channels: draft.channels, resolved: user?.overlaid(by: draft.to[0]) ?? draft.to[0],
            providedRoutes: Set(Route.allCases), at: now)
    }

    static func notifications(_ count: Int) -> [AcceptedNotification] {
        (0..<count).map { _ in notification() }
    }

    static func submission(_ claim: IdempotencyClaim? = nil) -> Submission {
        submission(notification(), claim)
    }

    static func submission(_ notification: AcceptedNotification, _ claim: IdempotencyClaim? = nil) -> Submission {
        Submission(tenant: notification.tenant, notifications: [notification], claim: claim)
    }

    static func claim(_ key: String, body: UInt8 = 1, answer: String = "first") -> IdempotencyClaim {
        IdempotencyClaim(key: key, fingerprint: Array(repeating: body, count: 32), answer: answer)
    }

    static func device(_ id: String, _ route: Route = .fcm) -> Device {
        Device(id: id, route: route, token: "token-of-\(id)")
    }

    /// Addresses on six routes of five channels.
    static let manyAddresses: JSON = [
        "email": "ada@example.org", "phone": "+46701234567", "webhookUrl": "https://example.org/hook",
        "chat": ["slack": "https://hooks.slack.com/services/T/B/x"],
        "devices": [
            ["id": "phone", "route": "push.apns", "token": "a"], ["id": "tablet", "route": "push.fcm", "token": "b"],
            ["id": "watch", "route": "push.fcm", "token": "c"],
        ],
    ]
    static let manyRoutes: [Route] = [.email, .sms, .webhook, .slack, .apns, .fcm]
}
