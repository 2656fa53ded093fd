import Documents
import Notifications

extension NotificationFilter {
    /// Reads `userId`, `status`, `channel`, `type`, `q`, `since` and `until`.
    /// - Parameter searches: whether what notifications say is indexed.
    init(_ call: Call, searches: Bool) throws {
        self.init()
        text = try call.queryText("q")
        if text != nil, !searches { throw Problem.invalid("q", .invalid, "cannot be used here: search is off") }
        userId = try call.queryText("userId")
        channel = try call.queryWord("channel", among: NotificationChannel.allCases)
        type = try call.queryWord("type", among: NotificationType.allCases)
        since = try call.queryDate("since")
        until = try call.queryDate("until")
        status = try call.query("status").map { text in
            let words =
                channel == nil
                ? NotificationStatus.allCases.map(\.rawValue) : DeliveryStatus.allCases.map(\.rawValue) + ["processing"]
            if words.contains(text) { return text }
            throw Problem.invalid("status", .invalid, "must be one of \(words.joined(separator: ", "))")
        }
    }
}
