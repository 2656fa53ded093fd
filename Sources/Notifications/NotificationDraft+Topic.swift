extension NotificationDraft {
    /// Bytes of a topic's name.
    public static let maximumTopicName = 128

    /// The topic of a `to` that names one, and so nothing else; empty where it is no name, which is noted.
    static func topic(_ fields: Fields) -> String? {
        guard let topic = fields.object["to"]?["topic"], let to = fields.nested("to") else { return nil }
        to.allow(["topic"])
        if topic.isNull { to.note("topic", .missing, "is required") }
        return to.string("topic", maximum: maximumTopicName) ?? ""
    }
}
