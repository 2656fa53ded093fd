/// What a caller says about a notification's push: the `push` member of its overrides.
///
///     {"title": "…", "body": "…",       instead of the common ones
///      "subtitle": "…",                 a second line; Apple only
///      "badge": 3,                      the number on the app's icon, 0 takes it away
///      "sound": "default",              the name of a sound in the app
///      "image": "https://…",
///      "link": "https://…",             what a click on a browser's notification opens
///      "collapseId": "order-8812",      a later one with the same takes the place of an earlier one
///      "ttl": "2h",                     how long it is kept for a device that is off; never beyond `expiresIn`
///      "threadId": "…", "category": "…", how the app groups it, and which actions it offers; Apple only
///      "channelId": "…",                the app's notification channel; Android only
///      "silent": true,                  wakes the app and shows nothing
///      "mutable": true}                 the app may change it before it is shown; Apple only
///
/// The API reads it to name what is wrong, providers to send it.
public struct PushContent: Sendable, Hashable {
    public var subtitle: String?
    public var badge: Int?
    public var sound: String?
    public var image: String?
    public var link: String?
    public var collapseId: String?
    public var ttl: Duration?
    public var threadId: String?
    public var category: String?
    public var channelId: String?
    public var isSilent: Bool
    public var isMutable: Bool

    /// What APNs takes, the strictest of all.
    public static let maximumCollapseIdBytes = 64
    /// What FCM takes, the strictest of all: 28 days.
    public static let maximumTTL: Duration = .seconds(28 * 86_400)

    /// Reads the overrides, noting every problem. Worth using only when there was none.
    public init(_ fields: Fields) {
        fields.allow([
            "title", "body", "subtitle", "badge", "sound", "image", "link", "collapseId", "ttl", "threadId", "category",
            "channelId", "silent", "mutable",
        ])
        subtitle = fields.string("subtitle", maximum: 1024)
        badge = fields.integer("badge", in: 0...1_000_000)
        sound = fields.string("sound", maximum: 256)
        image = fields.webAddress("image")
        link = fields.webAddress("link")
        collapseId = fields.headerWord("collapseId", maximum: PushContent.maximumCollapseIdBytes)
        ttl = fields.duration("ttl", in: .zero...PushContent.maximumTTL)
        threadId = fields.string("threadId", maximum: 256)
        category = fields.string("category", maximum: 256)
        channelId = fields.string("channelId", maximum: 256)
        isSilent = fields.bool("silent") ?? false
        isMutable = fields.bool("mutable") ?? false
    }
}

extension Fields {
    fileprivate func webAddress(_ name: String) -> String? {
        guard let text = string(name, maximum: 2048) else { return nil }
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        if !text.hasPrefix("https://") || !isPlain { note(name, .invalid, "must be an https URL") }
        return text
    }

    /// It travels in a header of HTTP.
    fileprivate func headerWord(_ name: String, maximum: Int) -> String? {
        guard let text = string(name, maximum: maximum) else { return nil }
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        if !isPlain { note(name, .invalid, "must be of visible ASCII characters without a space") }
        return text
    }
}
