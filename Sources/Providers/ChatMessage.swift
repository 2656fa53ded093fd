import Notifications

/// What a chat is told: the title on a line of its own, then the body, and what the caller said for this chat alone.
struct ChatMessage {
    let text: String
    /// `overrides.chat.<chat>`, as the provider's own API names it, e.g. `blocks` for Slack.
    private let own: JSONObject

    init(_ message: Message, for chat: String) {
        text = [message.title, message.body].compactMap(\.self).joined(separator: "\n")
        own = message.overrides?[chat]?.object ?? JSONObject()
    }

    func has(_ name: String) -> Bool { own[name] != nil }

    /// The members of a request, with the caller's own over them.
    ///
    /// - Parameter fixed: where it goes and by whose right, which no caller decides.
    func request(_ members: [(String, JSON)], fixed: [(String, JSON)] = [], refused: Set<String> = []) -> [UInt8] {
        var body = JSONObject(members)
        for member in own.members where !refused.contains(member.name) { body[member.name] = member.value }
        for (name, value) in fixed { body[name] = value }
        return JSON.object(body).utf8
    }
}
