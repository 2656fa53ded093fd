import Notifications

/// What Telegram's answer means for a delivery: the status, and a sentence that tells what is wrong with it.
enum TelegramVerdict {
    static func outcome(of answer: ProviderAnswer) -> DeliveryOutcome? {
        guard let isOK = answer.json?["ok"]?.bool else { return nil }
        if isOK {
            let message = answer.json?["result"]
            // The message's number alone is only unique within its chat.
            let ids = [message?["chat"]?["id"]?.int, message?["message_id"]?.int].compactMap(\.self)
            return answer.accepted(id: ids.isEmpty ? nil : ids.map { "\($0)" }.joined(separator: ":"))
        }
        switch answer.status {
        case 400: return badRequest(answer)
        case 403: return answer.outcome(.invalidRecipient, code: "forbidden")
        case 409, 421: return answer.outcome(.authentication, code: "\(answer.status)")
        case 429:
            let asked = answer.json?["parameters"]?["retry_after"]?.seconds
            return answer.outcome(.throttled, code: "throttled", asked: asked)
        case 500...: return answer.outcome(.retry, code: "serverError")
        default: return nil
        }
    }

    private static func badRequest(_ answer: ProviderAnswer) -> DeliveryOutcome {
        let sentence = answer.json?["description"]?.string?.lowercased() ?? ""
        let isChatGone = deadChats.contains { sentence.contains($0) }
        return answer.outcome(isChatGone ? .invalidRecipient : .rejected, code: isChatGone ? "chat" : "rejected")
    }

    /// The chat is not there, or the bot may not write in it.
    private static let deadChats = [
        "chat not found", "chat_id is empty", "peer_id_invalid", "user not found", "not enough rights",
        "chat_write_forbidden", "have no rights",
    ]
}
