import Foundation
import Notifications

/// The body of a request to FCM:
///
///     {"message": {"token": "…",
///       "notification": {"title", "body", "image"},          left out where silent
///       "data": {…},                                         strings only: anything else becomes its JSON text
///       "android": {"priority", "ttl", "collapse_key", "notification": {"sound", "tag", "channel_id", …}},
///       "apns": {"headers": {…}, "payload": {"aps": {…}}},   for apps that get Apple's pushes by way of FCM
///       "webpush": {"headers": {…}, "fcm_options": {"link"}}}}
///
/// **Source:** FCM HTTP v1, "projects.messages".
struct FCMMessage {
    /// Of the keys and values of notification and data together.
    static let maximumBytes = 4096

    let message: PushMessage
    private let token: String
    private let data: JSONObject

    init(_ message: PushMessage) throws(PushMessage.Refusal) {
        guard let token = message.device.token else { throw PushMessage.Refusal(.wrongAddress) }
        self.token = token
        self.message = message
        data = JSONObject(message.data.members.map { ($0.name, .string($0.value.string ?? $0.value.text)) })
        guard !data.members.contains(where: { FCMMessage.isReserved($0.name) }) else { throw .reservedKey }
        let bytes = FCMMessage.size(of: data) + FCMMessage.size(of: notification)
        guard bytes <= FCMMessage.maximumBytes else { throw .tooLarge(bytes, limit: FCMMessage.maximumBytes) }
    }

    var json: JSON {
        var object = JSONObject([("token", .string(token))])
        if !notification.isEmpty { object.append("notification", .object(notification)) }
        object.append("data", .object(data))
        object.append("android", .object(android))
        object.append("apns", .object(apns))
        object.append("webpush", .object(webPush))
        return ["message": .object(object)]
    }

    private var notification: JSONObject {
        var object = JSONObject()
        if message.content.isSilent { return object }
        object.append("title", message.title.map(JSON.string))
        object.append("body", message.body.map(JSON.string))
        object.append("image", message.content.image.map(JSON.string))
        return object
    }

    private var android: JSONObject {
        let content = message.content
        var object = JSONObject([("priority", message.isUrgent ? "high" : "normal")])
        object.append("ttl", message.lifetimeSeconds.map { .string("\($0)s") })
        object.append("collapse_key", content.collapseId.map(JSON.string))
        var shown = JSONObject()
        shown.append("sound", content.sound.map(JSON.string))
        shown.append("tag", content.collapseId.map(JSON.string))
        shown.append("channel_id", content.channelId.map(JSON.string))
        shown.append("notification_count", content.badge.map { JSON($0) })
        if !shown.isEmpty, !content.isSilent { object.append("notification", .object(shown)) }
        return object
    }

    private var apns: JSONObject {
        let apple = APNSPayload(message)
        var headers = JSONObject([
            ("apns-push-type", .string(apple.pushType)), ("apns-priority", .string(apple.priority)),
        ])
        headers.append("apns-expiration", apple.expiration.map(JSON.string))
        headers.append("apns-collapse-id", message.content.collapseId.map(JSON.string))
        // FCM writes title and body from the notification.
        return JSONObject([
            ("headers", .object(headers)), ("payload", ["aps": .object(apple.settings)]),
        ])
    }

    private var webPush: JSONObject {
        var headers = JSONObject([("Urgency", message.isUrgent ? "high" : "normal")])
        headers.append("TTL", message.lifetimeSeconds.map { .string(String($0)) })
        var object = JSONObject([("headers", .object(headers))])
        object.append("fcm_options", message.content.link.map { ["link": .string($0)] })
        return object
    }

    private static func isReserved(_ name: String) -> Bool {
        name == "from" || name == "message_type" || name.hasPrefix("google") || name.hasPrefix("gcm")
    }

    private static func size(of object: JSONObject) -> Int {
        object.members.reduce(0) { $0 + $1.name.utf8.count + ($1.value.string?.utf8.count ?? 0) }
    }
}
