import Foundation
import Notifications

/// What Apple's devices get: `{"aps": {"alert": {"title", "subtitle", "body"}, "badge", "sound", …}, <the data>}`.
///
/// **Source:** Apple, "Generating a remote notification", "Sending notification requests to APNs".
struct APNSPayload {
    static let maximumBytes = 4096

    let message: PushMessage

    init(_ message: PushMessage) { self.message = message }

    /// `background` shows nothing, and must not be urgent.
    var pushType: String { message.content.isSilent ? "background" : "alert" }

    /// 10 is at once, 5 when the device finds it convenient.
    var priority: String { message.isUrgent ? "10" : "5" }

    /// In seconds since 1970; 0 is one try and no more. Without it APNs keeps the message for 30 days.
    var expiration: String? {
        guard let expiry = message.expiry else { return nil }
        return message.lifetimeSeconds == 0 ? "0" : String(Int(expiry.timeIntervalSince1970))
    }

    /// `aps` but for the alert itself.
    var settings: JSONObject {
        let content = message.content
        if content.isSilent { return JSONObject([("content-available", 1)]) }
        var aps = JSONObject()
        aps.append("badge", content.badge.map { JSON($0) })
        aps.append("sound", content.sound.map(JSON.string))
        aps.append("thread-id", content.threadId.map(JSON.string))
        aps.append("category", content.category.map(JSON.string))
        if content.isMutable { aps.append("mutable-content", 1) }
        return aps
    }

    func bytes() throws(PushMessage.Refusal) -> [UInt8] {
        guard message.data["aps"] == nil else { throw .reservedKey }
        var alert = JSONObject()
        alert.append("title", message.title.map(JSON.string))
        alert.append("subtitle", message.content.subtitle.map(JSON.string))
        alert.append("body", message.body.map(JSON.string))
        var aps = settings
        if !message.content.isSilent, !alert.isEmpty { aps.append("alert", .object(alert)) }
        var object = JSONObject([("aps", .object(aps))])
        for member in message.data.members { object.append(member.name, member.value) }
        let bytes = JSON.object(object).utf8
        guard bytes.count <= APNSPayload.maximumBytes else {
            throw .tooLarge(bytes.count, limit: APNSPayload.maximumBytes)
        }
        return bytes
    }
}
