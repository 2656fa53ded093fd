public import Foundation

/// What a notification says: the immutable `content` of its document, frozen when it was accepted.
public struct NotificationContent: Sendable, Hashable {
    /// As the caller wrote it: a `userId`, literal addresses, or both. A user's own addresses are read when it is sent.
    public var to: Recipient
    public var type: NotificationType
    public var priority: Priority
    /// The caller's own word for this kind of message, which preferences may name.
    public var category: String?
    /// With a template, what lists show: the text of one channel. Each channel's own is in its overrides.
    public var title: String?
    public var body: String?
    /// What the text was made of, if it was.
    public var template: TemplateStamp?
    public var data: JSONObject?
    /// By channel, what replaces or adds to the content there.
    public var overrides: [NotificationChannel: JSONObject]
    /// The caller's own notes; never sent in the message's text, echoed in documents and webhooks.
    public var metadata: JSONObject?
    public var guarantee: DeliveryGuarantee
    /// By which the caller may take it back, together with all others of the same key.
    public var cancellationKey: String?
    /// A newer notification with the same takes the place of an older one for the same recipient.
    public var collapseKey: String?
    /// Nothing is sent before; nil for at once.
    public var sendAt: Date?
    /// Which channels follow later; nil for none.
    public var plan: EscalationPlan?
    /// Nothing is sent after.
    public var expiresAt: Date
    /// The request it came in with, for the logs.
    public var requestId: String?
    /// The trace that the request belonged to, which goes on to the providers.
    public var trace: TraceContext?
    /// The broadcast that made it; nil for what was sent to a recipient by name.
    public var broadcastId: UUID?
    /// Whether it was sent with a test key: then it goes to the simulator, whatever its channels.
    public var isTest: Bool
    /// What an endpoint is told, where this is a message of Belfry's own to one; else nil.
    public var endpointMessage: EndpointMessage?

    /// The members of the stored document, in the order a reader wants them.
    public var members: [(String, JSON)] {
        var object = JSONObject([
            ("to", to.json), ("type", .string(type.rawValue)), ("priority", .string(priority.name)),
        ])
        object.append("category", category.map(JSON.string))
        object.append("title", title.map(JSON.string))
        object.append("body", body.map(JSON.string))
        object.append("template", template?.json)
        object.append("data", data.map(JSON.object))
        if !overrides.isEmpty {
            let members = overrides.sorted { $0.key.rawValue < $1.key.rawValue }
            object.append("overrides", .object(JSONObject(members.map { ($0.key.rawValue, .object($0.value)) })))
        }
        object.append("metadata", metadata.map(JSON.object))
        object.append("delivery", .string(guarantee.rawValue))
        object.append("cancellationKey", cancellationKey.map(JSON.string))
        object.append("collapseKey", collapseKey.map(JSON.string))
        object.append("sendAt", sendAt.map { JSON($0) })
        object.append("plan", plan?.json)
        object.append("expiresAt", JSON(expiresAt))
        object.append("requestId", requestId.map(JSON.string))
        object.append("traceparent", trace.map { .string($0.traceparent) })
        object.append("broadcastId", broadcastId.map { .string($0.text) })
        if isTest { object.append("test", true) }
        object.append("endpointMessage", endpointMessage?.json)
        return object.members.map { ($0.name, $0.value) }
    }

    public var json: JSON { .object(JSONObject(members)) }

    /// When a channel is due: with its step of the plan, from `sendAt` or else from the acceptance.
    public func dueTime(of channel: NotificationChannel, acceptedAt: Date) -> Date {
        (sendAt ?? acceptedAt).addingTimeInterval((plan?.delay(of: channel) ?? .zero).timeInterval)
    }

    /// Reads what `json` wrote. What an older version stored and this one does not know falls to its default.
    public init(stored json: JSON) {
        let fields = Fields(json.object ?? JSONObject())
        to = Recipient(fields.nested("to") ?? Fields(JSONObject()))
        type = fields.choice("type", among: NotificationType.allCases, named: \.rawValue) ?? .transactional
        priority = fields.choice("priority", among: Priority.allCases, named: \.name) ?? .medium
        category = json["category"]?.string
        title = json["title"]?.string
        body = json["body"]?.string
        template = TemplateStamp(json: json["template"])
        data = json["data"]?.object
        overrides = NotificationDraft.overrides(fields)
        metadata = json["metadata"]?.object
        guarantee = json["delivery"]?.string.flatMap(DeliveryGuarantee.init) ?? .atLeastOnce
        cancellationKey = json["cancellationKey"]?.string
        collapseKey = json["collapseKey"]?.string
        sendAt = json["sendAt"]?.date
        plan = EscalationPlan(fields, expiresIn: NotificationDraft.defaultExpiry)
        expiresAt = json["expiresAt"]?.date ?? .distantFuture
        requestId = json["requestId"]?.string
        trace = json["traceparent"]?.string.flatMap(TraceContext.init)
        broadcastId = json["broadcastId"]?.string.flatMap(UUID.init(uuidString:))
        isTest = json["test"]?.bool ?? false
        endpointMessage = EndpointMessage(json: json["endpointMessage"])
    }

    /// The content of one recipient's notification out of a draft for many.
    /// - Parameter timezone: the IANA name of where the recipient lives, for a draft that is due by its clock.
    public init(_ draft: NotificationDraft, to recipient: Recipient, timezone: String? = nil, at now: Date) {
        to = recipient
        type = draft.type
        priority = draft.priority
        category = draft.category
        title = draft.title
        body = draft.body
        data = draft.data
        overrides = draft.overrides
        metadata = draft.metadata
        guarantee = draft.guarantee
        cancellationKey = draft.cancellationKey
        collapseKey = draft.collapseKey
        sendAt = draft.due(in: timezone, at: now)
        plan = draft.plan
        expiresAt = (sendAt ?? now).addingTimeInterval(draft.expiresIn.timeInterval)
        requestId = draft.requestId
        trace = draft.trace
        broadcastId = draft.broadcastId
        isTest = draft.isTest
    }
}
