import Mail
import Notifications

/// Judges the members that a template has for a channel by what that channel takes.
enum TemplateCheck {
    /// Members that are rendered, as those of a request's overrides.
    static func problems(
        of members: JSONObject, on channel: NotificationChannel, at place: String
    ) -> [FieldProblem] {
        let fields = Fields(members, path: place)
        switch channel {
        case .email: _ = EmailContent(fields)
        case .push: _ = PushContent(fields)
        case .sms: read(fields, allowed: ["title", "body"])
        case .chat: read(fields, allowed: ["title", "body", "slack", "discord", "telegram", "whatsapp"])
        case .webhook: read(fields, allowed: ["title", "body", "payload"])
        // An app may be told more than a text.
        case .inApp: read(fields, allowed: nil)
        }
        return fields.problems
    }

    private static func read(_ fields: Fields, allowed: Set<String>?) {
        if let allowed { fields.allow(allowed) }
        for name in ["title", "body"] { _ = fields.string(name, maximum: NotificationDraft.maximumBodyBytes) }
    }

    /// Members as they are written, whose texts may become anything: what they are called and of which kind they are.
    static func problems(ofSource body: JSONObject) -> [FieldProblem] {
        NotificationChannel.allCases.flatMap { channel in
            (body["channels"]?[channel.rawValue]?.object?.members ?? []).flatMap { locale in
                problems(
                    of: locale.value.object ?? JSONObject(), on: channel,
                    at: "channels.\(channel.rawValue).\(locale.name)"
                ).filter { $0.code == .unknown || $0.code == .wrongType }
            }
        }
    }
}
