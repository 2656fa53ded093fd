import Foundation
import Notifications

extension StatusEvent {
    /// A time with whole milliseconds, as our JSON keeps it.
    static let moment = Date(timeIntervalSince1970: 1_790_000_000)

    /// An event as a worker publishes it.
    static func sample(
        _ id: Int64? = nil, tenant: String = "acme", notificationId: UUID = UUID(), userId: String? = "u42",
        channel: NotificationChannel? = .email, status: String = "sent"
    ) -> StatusEvent {
        StatusEvent(
            id: id, notificationId: notificationId, tenant: tenant, userId: userId, channel: channel, status: status,
            at: moment)
    }
}
