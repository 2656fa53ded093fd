import Foundation
import Notifications

/// One message of a request to Expo.
///
/// **Source:** Expo, "Sending notifications", "Message request format".
struct ExpoMessage: Sendable {
    static let maximumBytes = 4096

    let json: JSON
    /// Messages of one request must be of one project.
    let project: String?

    init(_ message: PushMessage) throws(PushMessage.Refusal) {
        guard let token = message.device.token else { throw PushMessage.Refusal(.wrongAddress) }
        let content = message.content
        var object = JSONObject([
            ("to", .string(token)), ("priority", message.isUrgent ? "high" : "normal"),
            ("data", .object(message.data)),
        ])
        object.append("ttl", message.lifetimeSeconds.map { JSON($0) })
        if content.isSilent {
            object.append("_contentAvailable", true)
        } else {
            object.append("title", message.title.map(JSON.string))
            object.append("subtitle", content.subtitle.map(JSON.string))
            object.append("body", message.body.map(JSON.string))
            object.append("sound", content.sound.map(JSON.string))
            object.append("badge", content.badge.map { JSON($0) })
            object.append("channelId", content.channelId.map(JSON.string))
            object.append("categoryId", content.category.map(JSON.string))
            object.append("richContent", content.image.map { ["image": .string($0)] })
            if content.isMutable { object.append("mutableContent", true) }
        }
        object.append("collapseId", content.collapseId.map(JSON.string))
        object.append("tag", content.collapseId.map(JSON.string))
        json = .object(object)
        project = message.device.app
        let bytes = json.utf8.count
        guard bytes <= ExpoMessage.maximumBytes else { throw .tooLarge(bytes, limit: ExpoMessage.maximumBytes) }
    }

    var token: String { json["to"]?.string ?? "" }
}
