/// What a provider sends: the notification's content, rendered for one channel.
public struct Message: Sendable, Hashable {
    public var type: NotificationType
    public var priority: Priority
    public var title: String?
    public var body: String?
    /// The caller's own data, handed on as it is.
    public var data: JSONObject?
    /// What the caller said for this channel only, e.g. `subject` and `html` for e-mail, `badge` for push.
    public var overrides: JSONObject?
    public var metadata: JSONObject?
    /// By which a newer message takes the place of an older one, at services that can do that.
    public var collapseKey: String?

    public init(
        type: NotificationType, priority: Priority, title: String?, body: String?, data: JSONObject? = nil,
        overrides: JSONObject? = nil, metadata: JSONObject? = nil, collapseKey: String? = nil
    ) {
        self.type = type
        self.priority = priority
        self.title = title
        self.body = body
        self.data = data
        self.overrides = overrides
        self.metadata = metadata
        self.collapseKey = collapseKey
    }
}
