public import Foundation
public import Notifications

/// What to send, and to whom. Only `to` or `topic` and one of `title`, `body` and `template` are needed.
public struct NotificationRequest: Sendable, Hashable {
    /// Users that Belfry knows (`Recipient(userId:)`), literal addresses, or both for one person; at most 1,000. What is
    /// said of a user that `isSaved` is kept as the user's own.
    public var to: [Recipient]
    /// All of whose subscribers are meant, in place of `to`. It is answered by a broadcast.
    public var topic: String?
    /// Nil for all that the recipient can be reached on.
    public var channels: [NotificationChannel]?
    /// Which channels are tried at once, and which later, in place of `channels`.
    public var plan: EscalationPlan?
    public var type = NotificationType.transactional
    public var priority = Priority.medium
    /// A word of yours for this kind of message, which preferences may name.
    public var category: String?
    public var title: String?
    public var body: String?
    /// What says whatever the request does not say itself, with what it needs in `data`.
    public var template: TemplateChoice?
    /// Which of the template's languages; nil for the recipient's.
    public var locale: String?
    /// Handed on as it is.
    public var data: JSONObject?
    /// By channel another `title` or `body`, or what its provider reads.
    public var overrides: [NotificationChannel: JSONObject] = [:]
    /// Nothing is sent before, within a year from now; nil for at once.
    public var sendAt: Date?
    /// Likewise, but by each recipient's own clock; in place of `sendAt`.
    public var localTime: LocalTime?
    /// Likewise, counted from when the request is accepted; in place of both.
    public var delay: Duration?
    /// Nothing is sent after, 1 second to 30 days; nil for 72 hours.
    public var expiresIn: Duration?
    /// A word of yours for what may be taken back together.
    public var cancellationKey: String?
    /// A word of yours: a newer notification with the same takes the place of what of an older one was not sent yet.
    public var collapseKey: String?
    public var guarantee = DeliveryGuarantee.atLeastOnce
    /// Your own notes, echoed.
    public var metadata: JSONObject?

    public init(
        to recipients: [Recipient], channels: [NotificationChannel]? = nil, title: String? = nil, body: String? = nil
    ) {
        to = recipients
        self.channels = channels
        self.title = title
        self.body = body
    }

    /// To a user that Belfry knows.
    public init(
        toUser userId: String, channels: [NotificationChannel]? = nil, title: String? = nil, body: String? = nil
    ) {
        self.init(to: [Recipient(userId: userId)], channels: channels, title: title, body: body)
    }

    /// To all subscribers of a topic.
    public init(
        toTopic topic: String, channels: [NotificationChannel]? = nil, title: String? = nil, body: String? = nil
    ) {
        self.init(to: [], channels: channels, title: title, body: body)
        self.topic = topic
    }
}

extension NotificationRequest {
    /// The body of the request.
    var json: JSON {
        var object = JSONObject([("to", recipients)])
        object.append("channels", channels.map { JSON($0) })
        object.append("plan", plan.map(\.json))
        object.append("type", .string(type.rawValue))
        object.append("priority", .string(priority.name))
        object.append("category", category.map(JSON.string))
        object.append("title", title.map(JSON.string))
        object.append("body", body.map(JSON.string))
        object.append("template", template.map(\.json))
        object.append("locale", locale.map(JSON.string))
        object.append("data", data.map(JSON.object))
        if !overrides.isEmpty {
            let members = overrides.sorted { $0.key.rawValue < $1.key.rawValue }
            object.append("overrides", .object(JSONObject(members.map { ($0.key.rawValue, .object($0.value)) })))
        }
        object.append("sendAt", localTime.map(\.json) ?? sendAt.map { JSON($0) })
        object.append("delay", delay.map { .string($0.shorthand) })
        object.append("expiresIn", expiresIn.map { .string($0.shorthand) })
        object.append("cancellationKey", cancellationKey.map(JSON.string))
        object.append("collapseKey", collapseKey.map(JSON.string))
        object.append("delivery", .string(guarantee.rawValue))
        object.append("metadata", metadata.map(JSON.object))
        return .object(object)
    }

    /// One recipient is no list, and is answered by its document.
    private var recipients: JSON {
        if let topic { return ["topic": .string(topic)] }
        let recipients = to.map(\.requested)
        return recipients.count == 1 ? recipients[0] : .array(recipients)
    }
}

extension Recipient {
    /// As a request says it, with the wish to be kept, which is nothing that is kept.
    fileprivate var requested: JSON {
        guard isSaved, var object = json.object else { return json }
        object.append("save", true)
        return .object(object)
    }
}
