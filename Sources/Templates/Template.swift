public import Notifications

/// A version of a template, parsed: once, for any number of messages.
///
///     {"channels": {
///        "push":  {"sv": {"title": "Skickad", "body": "Order {{orderId}} är på väg."}, "default": {…}},
///        "email": {"default": {"subject": "Order {{orderId}} shipped", "html": "<p>Hello {{recipient.name}}</p>"}}},
///      "layout": "shop",                 the template whose html this one's stands in
///      "sample": {"orderId": "8812"}}    data for a preview that brings none
public struct Template: Sendable {
    /// Whose `{{{content}}}` the html of this one is.
    public let layout: String?
    /// Data to try it with.
    public let sample: JSONObject?
    /// By channel, and by language in its normal form.
    private let parts: [NotificationChannel: [String: TemplatePart]]

    public static let maximumLocales = 100

    /// Reads the body of `PUT /v1/templates/{name}`, noting every problem. Worth using only when there was none.
    public init(_ fields: Fields) {
        fields.allow(["channels", "layout", "sample"])
        layout = fields.templateName("layout")
        sample = fields.object("sample")
        guard let channels = fields.nested("channels") else {
            fields.require("channels")
            parts = [:]
            return
        }
        channels.allow(Set(NotificationChannel.allCases.map(\.rawValue)))
        var parts: [NotificationChannel: [String: TemplatePart]] = [:]
        for channel in NotificationChannel.allCases {
            guard let locales = channels.nested(channel.rawValue) else { continue }
            parts[channel] = Template.parts(locales, of: channel)
        }
        let isEmpty = channels.object.members.allSatisfy { $0.value.isNull }
        if isEmpty { fields.note("channels", .invalid, "must not be empty") }
        self.parts = parts
    }

    private static func parts(_ locales: Fields, of channel: NotificationChannel) -> [String: TemplatePart] {
        var parts: [String: TemplatePart] = [:]
        let members = locales.object.members
        if members.isEmpty { locales.note("", .invalid, "must not be empty") }
        if members.count > maximumLocales {
            locales.note("", .tooMany, "must have at most \(maximumLocales) languages")
        }
        for member in members.prefix(maximumLocales) {
            let tag = LocaleTag.normal(member.name)
            if !LocaleTag.isTag(tag) {
                locales.note(member.name, .invalid, "must be a language such as sv or sv-SE, or default")
            }
            guard let part = locales.nested(member.name) else {
                if member.value.isNull { locales.note(member.name, .wrongType, "must be an object, not null") }
                continue
            }
            if part.object.isEmpty { part.note("", .invalid, "must not be empty") }
            if parts.updateValue(TemplatePart(part, of: channel), forKey: tag) != nil {
                locales.note(member.name, .conflict, "is the same language as another member")
            }
        }
        return parts
    }

    public var channels: Set<NotificationChannel> { Set(parts.keys) }

    /// The templates that its texts and its html cannot do without.
    public var references: Set<String> {
        var names: Set<String> = layout.map { [$0] } ?? []
        for part in parts.values.flatMap(\.values) { names.formUnion(part.partials) }
        return names
    }

    /// What it says on a channel to a reader of a language; nil where it has neither that language nor a default.
    func part(_ channel: NotificationChannel, for locale: String?) -> TemplatePart? {
        LocaleTag.choices(locale).lazy.compactMap { parts[channel]?[$0] }.first
    }
}
