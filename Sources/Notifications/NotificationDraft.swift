public import Foundation

/// A request to notify, read and checked, before anything is known about its recipients.
public struct NotificationDraft: Sendable, Hashable {
    public var to: [Recipient]
    /// The topic whose subscribers are meant; `to` is empty then.
    public var topic: String?
    /// Whether `to` was an array, which is answered by a list.
    public var isList: Bool
    /// Nil asks for every channel the recipient has an address for; of a plan all that it names.
    public var channels: [NotificationChannel]?
    /// Nil for all channels at once.
    public var plan: EscalationPlan?
    public var type: NotificationType
    public var priority: Priority
    /// The caller's own word for this kind of message, which preferences may name.
    public var category: String?
    public var title: String?
    public var body: String?
    /// What says whatever the request does not say itself.
    public var template: TemplateChoice?
    /// Which of the template's languages; nil for each recipient's own.
    public var locale: String?
    public var data: JSONObject?
    public var overrides: [NotificationChannel: JSONObject]
    public var metadata: JSONObject?
    public var guarantee: DeliveryGuarantee
    /// By which the caller may take it back, together with all others of the same key.
    public var cancellationKey: String?
    /// A newer notification with the same takes the place of an older one for the same recipient.
    public var collapseKey: String?
    /// Nothing is sent before; nil for at once, or where each recipient's own clock says when.
    public var sendAt: Date?
    public var localTime: LocalTime?
    /// When it was asked for: of several times that a clock shows the same, the next one after that is meant.
    public let askedAt: Date
    /// From when it is due.
    public var expiresIn: Duration
    /// Of the request; nil until it is set, since no body says it.
    public var requestId: String?
    /// Of the request, likewise.
    public var trace: TraceContext?
    /// The broadcast that this is a part of; set as well.
    public var broadcastId: UUID?
    /// Whether it came with a test key, likewise.
    public var isTest = false

    public static let maximumRecipients = 1000
    public static let maximumBodyBytes = 200_000
    static let maximumCategoryBytes = 128
    /// So that nothing waits for ever.
    public static let defaultExpiry: Duration = .seconds(72 * 3600)
    static let expiryRange: ClosedRange<Duration> = .seconds(1)...(.seconds(30 * 86400))

    /// Reads the body of `POST /v1/notifications`, noting every problem. Worth using only when there was none.
    public init(_ fields: Fields, at now: Date) {
        fields.allow([
            "to", "channels", "plan", "type", "category", "priority", "title", "body", "data", "overrides", "metadata",
            "delivery", "sendAt", "delay", "expiresIn", "cancellationKey", "collapseKey", "template", "locale",
        ])
        askedAt = now
        topic = NotificationDraft.topic(fields)
        (to, isList) = topic == nil ? NotificationDraft.recipients(fields) : ([], false)
        channels = fields.channels("channels")
        type = fields.choice("type", among: NotificationType.allCases, named: \.rawValue) ?? .transactional
        priority = fields.choice("priority", among: Priority.allCases, named: \.name) ?? .medium
        category = fields.string("category", maximum: NotificationDraft.maximumCategoryBytes)
        title = fields.string("title", maximum: 4096)
        body = fields.string("body", maximum: NotificationDraft.maximumBodyBytes)
        template = fields.templateChoice
        locale = fields.string("locale", maximum: 35)
        data = fields.object("data")
        overrides = NotificationDraft.overrides(fields)
        metadata = fields.object("metadata")
        guarantee =
            fields.choice("delivery", among: DeliveryGuarantee.allCases, named: \.rawValue) ?? .atLeastOnce
        cancellationKey = fields.cancellationKey
        collapseKey = fields.string("collapseKey", maximum: 256)
        (sendAt, localTime) = NotificationDraft.dueTime(fields, at: now)
        expiresIn =
            fields.duration("expiresIn", in: NotificationDraft.expiryRange) ?? NotificationDraft.defaultExpiry
        plan = EscalationPlan(fields, expiresIn: expiresIn)
        if let plan {
            if channels != nil { fields.note("channels", .conflict, "cannot be combined with plan") }
            channels = plan.channels
        }
        noteTextProblems(fields)
    }

    private func noteTextProblems(_ fields: Fields) {
        let hasTemplate = !(fields.object["template"]?.isNull ?? true)
        if title == nil, body == nil, !hasTemplate { fields.note("title", .missing, "or body or template is required") }
        if locale != nil, !hasTemplate { fields.note("locale", .conflict, "has a meaning only with a template") }
    }

    private static func recipients(_ fields: Fields) -> ([Recipient], isList: Bool) {
        guard let to = fields.object["to"], !to.isNull else {
            fields.note("to", .missing, "is required")
            return ([], false)
        }
        if to.object != nil, let single = fields.nested("to") { return ([recipient(single)], false) }
        guard to.array != nil else {
            fields.note("to", .wrongType, "must be an object or an array of objects, not \(to.kind)")
            return ([], false)
        }
        let many = fields.nestedArray("to", maximum: maximumRecipients) ?? []
        if many.isEmpty { fields.note("to", .invalid, "must not be empty") }
        return (many.prefix(maximumRecipients).map(recipient), true)
    }

    private static func recipient(_ fields: Fields) -> Recipient {
        var recipient = Recipient(fields, allowing: ["save"])
        recipient.readSave(fields)
        let isReachable = recipient.userId != nil || Route.allCases.contains { !recipient.targets(on: $0).isEmpty }
        if !isReachable { fields.note("", .missing, "needs a userId or an address") }
        return recipient
    }

    static func overrides(_ fields: Fields) -> [NotificationChannel: JSONObject] {
        guard let nested = fields.nested("overrides") else { return [:] }
        nested.allow(Set(NotificationChannel.allCases.map(\.rawValue)))
        let pairs = NotificationChannel.allCases.compactMap { channel in
            nested.object(channel.rawValue).map { (channel, $0) }
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}
