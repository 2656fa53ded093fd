import Notifications
import Templates

/// What a template would say, of data that is sent nowhere.
struct TemplatePreview {
    /// Nil for the active one.
    let version: Int?
    private let data: JSONObject?
    private let recipient: JSONObject?
    private let locale: String?
    private let channels: [NotificationChannel]?

    /// Reads `{"data"?, "recipient"?, "locale"?, "channels"?, "version"?}`, noting every problem. The recipient is as
    /// templates see it: `{"name": "Ada", "locale": "sv"}`. The template's `sample` stands in for what is left out.
    init(_ fields: Fields) {
        fields.allow(["data", "recipient", "locale", "channels", "version"])
        version = fields.templateVersion
        data = fields.object("data")
        recipient = fields.object("recipient")
        locale = fields.string("locale", maximum: 35)
        channels = fields.channels("channels")
    }

    /// `{"name","version","channels":{"email":{…}},"problems":[{"channel","field","code","detail"}]}`
    func answer(_ set: TemplateSet, maximumBytes: Int) -> JSON {
        let sample = set.root.sample ?? JSONObject()
        let recipient = recipient ?? sample["recipient"]?.object ?? JSONObject()
        let context = TemplateContext(data: data ?? sample, recipient: recipient, at: "recipient")
        let locale = locale ?? recipient["locale"]?.string
        var budget = RenderBudget(requestBytes: maximumBytes)
        budget.startMessage()
        var rendered = JSONObject()
        var problems: [JSON] = []
        for channel in channels ?? NotificationChannel.allCases.filter(set.root.channels.contains) {
            do throws(TemplateProblems) {
                rendered.append(
                    channel.rawValue,
                    .object(try set.checked(channel, for: locale, from: "locale", with: context, within: &budget)))
            } catch {
                problems += error.problems.map { problem in
                    var object = JSONObject([("channel", .string(channel.rawValue))])
                    for member in Problem.json(problem).object?.members ?? [] {
                        object.append(member.name, member.value)
                    }
                    return .object(object)
                }
            }
        }
        return [
            "name": .string(set.name), "version": JSON(set.version), "channels": .object(rendered),
            "problems": .array(problems),
        ]
    }
}
