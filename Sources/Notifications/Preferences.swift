/// What is wanted of us, by one user, or by a tenant for all of its users.
public struct Preferences: Sendable, Hashable {
    /// Channels that are on or off. What is not said is for the next rule to say.
    public typealias Switches = [NotificationChannel: Bool]

    /// Whatever comes by them.
    public var channels: Switches = [:]
    public var types: [NotificationType: Switches] = [:]
    /// By the caller's own word for a kind of message.
    public var categories: [String: Switches] = [:]
    /// Nil where nothing was said.
    public var quietHours: QuietHours?

    public static let maximumCategories = 200
    static let names: Set<String> = ["channels", "types", "categories", "quietHours"]

    public init() {}

    /// Reads the body of a user's preferences, noting every problem.
    public init(_ fields: Fields) {
        fields.allow(Preferences.names)
        self.init(among: fields)
    }

    /// Reads them among other members.
    init(among fields: Fields) {
        channels = fields.switches("channels")
        types = fields.byType("types") { $0.switches($1) }
        categories = fields.byCategory("categories") { $0.switches($1) }
        quietHours = QuietHours(fields, "quietHours")
    }

    /// Reads what `json` wrote.
    public init(stored json: JSON) { self.init(among: Fields(json.object ?? JSONObject())) }

    public var json: JSON { .object(JSONObject(members)) }

    var members: [(String, JSON)] {
        [
            ("channels", JSON(channels, JSON.bool)), ("types", JSON(types: types) { JSON($0, JSON.bool) }),
            ("categories", JSON(categories: categories) { JSON($0, JSON.bool) }),
            ("quietHours", quietHours?.json ?? .null),
        ]
    }

    /// The most specific rule about a message on a channel, and where it stands in `json`; nil where there is none.
    /// - Parameter heedsChannels: whether what is said of whole channels counts.
    func rule(
        on channel: NotificationChannel, type: NotificationType, category: String?, heedsChannels: Bool
    ) -> (isOn: Bool, place: String)? {
        if let category, let isOn = categories[category]?[channel] {
            return (isOn, "categories.\(category).\(channel.rawValue)")
        }
        if let isOn = types[type]?[channel] { return (isOn, "types.\(type.rawValue).\(channel.rawValue)") }
        guard heedsChannels, let isOn = channels[channel] else { return nil }
        return (isOn, "channels.\(channel.rawValue)")
    }
}

extension Fields {
    fileprivate func switches(_ name: String) -> Preferences.Switches { byChannel(name) { $0.bool($1) } }
}
