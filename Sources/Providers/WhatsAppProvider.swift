public import Foundation
import HTTPTypes
public import Notifications
public import Outbound

/// Sends messages by the WhatsApp Cloud API.
///
/// Text reaches only who has written within a day; others need a template, which the caller names in
/// `overrides.chat.whatsapp.template`.
///
/// **Source:** WhatsApp Business Platform, "Messages" and "Error codes".
public struct WhatsAppProvider: Provider {
    public let name = "whatsapp"
    private let configuration: WhatsAppConfiguration
    private let api: ProviderAPI

    public init(
        configuration: WhatsAppConfiguration, outbound: OutboundClient, now: @escaping @Sendable () -> Date = { .now }
    ) {
        self.configuration = configuration
        api = ProviderAPI(services: outbound.services, now: now)
    }

    public var receiptSource: ReceiptSource { configuration.sendsReceipts ? .pushed : .none }

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        guard case .chat(let number) = attempt.target.address else { return .rejected(.wrongAddress) }
        let message = ChatMessage(attempt.message, for: "whatsapp")
        let hasTemplate = message.has("template")
        var members: [(String, JSON)] = [("type", hasTemplate ? "template" : "text")]
        if !hasTemplate { members.append(("text", ["body": .string(message.text)])) }
        let body = message.request(
            members,
            fixed: [
                ("messaging_product", "whatsapp"), ("recipient_type", "individual"),
                ("to", .string(String(number.drop { $0 == "+" }))),
                // Comes back with every status.
                ("biz_opaque_callback_data", .string(attempt.idempotencyKey)),
            ])
        let sender = FormBody.escaped(configuration.phoneNumberId)
        let request = OutboundRequest(
            method: .post, url: configuration.url.appending("/\(sender)/messages"),
            headers: [
                "Authorization": "Bearer \(configuration.token.value)", "Content-Type": "application/json",
                "User-Agent": "Belfry",
            ], body: body)
        return await api.send(request, timeout: attempt.timeout) {
            WhatsAppVerdict.outcome(of: $0, number: attempt.number)
        }
    }
}
