public import Foundation
import HTTPTypes
public import Notifications
public import Outbound

/// Sends messages as a Telegram bot.
///
/// **Source:** Telegram Bot API, `sendMessage`, "Making requests", `ResponseParameters`; the server's own sources for the
/// sentences that it answers.
public struct TelegramProvider: Provider {
    public let name = "telegram"
    /// Most of its limits are those of a chat.
    public let slowsDownAsOne = false
    private let configuration: TelegramConfiguration
    private let api: ProviderAPI

    public init(
        configuration: TelegramConfiguration, outbound: OutboundClient, now: @escaping @Sendable () -> Date = { .now }
    ) {
        self.configuration = configuration
        api = ProviderAPI(services: outbound.services, now: now)
    }

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        guard case .chat(let address) = attempt.target.address else { return .rejected(.wrongAddress) }
        let message = ChatMessage(attempt.message, for: "telegram")
        let deadline = ContinuousClock.now + attempt.timeout
        let chat = Int(address).map { JSON($0) } ?? .string(address)
        let (outcome, newChat) = await send(message, to: chat, timeout: attempt.timeout)
        guard let newChat else { return outcome }
        // The group became a supergroup, which has another id.
        return await send(message, to: newChat, timeout: deadline - .now).outcome
    }

    /// Says too where the chat has gone, if it has.
    private func send(
        _ message: ChatMessage, to chat: JSON, timeout: Duration
    ) async -> (outcome: DeliveryOutcome, newChat: JSON?) {
        let request = OutboundRequest(
            method: .post, url: configuration.url.appending("/bot\(configuration.token.value)/sendMessage"),
            headers: ["Content-Type": "application/json", "User-Agent": "Belfry"],
            body: message.request([("text", .string(message.text))], fixed: [("chat_id", chat)]))
        var newChat: JSON?
        let outcome = await api.send(request, timeout: timeout) { answer in
            newChat = answer.json?["parameters"]?["migrate_to_chat_id"].flatMap { $0.int == nil ? nil : $0 }
            return TelegramVerdict.outcome(of: answer)
        }
        return (outcome, newChat)
    }
}
