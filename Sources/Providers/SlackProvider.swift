public import Foundation
import HTTPTypes
public import Notifications
public import Outbound

/// Posts to Slack: to an incoming webhook where the address is a URL, else as our app to the channel that it names.
///
/// **Source:** Slack, "Sending messages using incoming webhooks", `chat.postMessage`, "Rate limits".
public struct SlackProvider: Provider {
    public let name = "slack"
    /// Its limits are those of a channel.
    public let slowsDownAsOne = false
    private let configuration: SlackConfiguration
    private let outbound: OutboundClient
    private let api: ProviderAPI
    private static let contentType = "application/json; charset=utf-8"

    public init(
        configuration: SlackConfiguration, outbound: OutboundClient, now: @escaping @Sendable () -> Date = { .now }
    ) {
        self.configuration = configuration
        self.outbound = outbound
        api = ProviderAPI(services: outbound.services, now: now)
    }

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        guard case .chat(let address) = attempt.target.address else { return .rejected(.wrongAddress) }
        let message = ChatMessage(attempt.message, for: "slack")
        let text: [(String, JSON)] = [("text", .string(SlackProvider.escaped(message.text)))]
        guard address.contains("://") else {
            let body = message.request(text, fixed: [("channel", .string(address))], refused: ["token"])
            return await post(body, timeout: attempt.timeout)
        }
        let body = message.request(text, refused: ["channel", "token"])
        let request = OutboundRequest(
            method: .post, url: address, headers: ["Content-Type": SlackProvider.contentType, "User-Agent": "Belfry"],
            body: body)
        do {
            let response = try await outbound.send(request, timeout: attempt.timeout)
            return SlackVerdict.ofWebhook(response, at: api.now())
        } catch {
            return DeliveryOutcome(error)
        }
    }

    private func post(_ body: [UInt8], timeout: Duration) async -> DeliveryOutcome {
        guard let token = configuration.token else {
            return .authentication(
                DeliveryFailure(code: "notConfigured", detail: "A Slack channel needs BELFRY_SLACK_TOKEN."))
        }
        let request = OutboundRequest(
            method: .post, url: configuration.url.appending("/api/chat.postMessage"),
            headers: [
                "Authorization": "Bearer \(token.value)", "Content-Type": SlackProvider.contentType,
                "User-Agent": "Belfry",
            ], body: body)
        return await api.send(request, timeout: timeout, judge: SlackVerdict.ofAPI)
    }

    /// The three characters that begin something in Slack's text.
    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
