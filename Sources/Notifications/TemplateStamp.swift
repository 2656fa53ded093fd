/// The template that the text of a notification was made of, as its document says.
public struct TemplateStamp: Sendable, Hashable {
    public var name: String
    public var version: Int
    /// The language that was asked for; nil where nobody named one.
    public var locale: String?

    public init(name: String, version: Int, locale: String?) {
        self.name = name
        self.version = version
        self.locale = locale
    }

    var json: JSON {
        var object = JSONObject([("name", .string(name)), ("version", JSON(version))])
        object.append("locale", locale.map(JSON.string))
        return .object(object)
    }

    init?(json: JSON?) {
        guard let name = json?["name"]?.string, let version = json?["version"]?.int else { return nil }
        self.init(name: name, version: version, locale: json?["locale"]?.string)
    }
}
