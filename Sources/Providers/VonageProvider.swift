public import Foundation
import HTTPTypes
public import Notifications
public import Outbound

/// Sends SMS by the Messages API of Vonage.
///
/// **Source:** Vonage Messages API reference and its "Errors", which are problem details (RFC 9457).
public struct VonageProvider: Provider {
    public let name = "vonage"
    private let configuration: VonageConfiguration
    private let api: ProviderAPI

    public init(
        configuration: VonageConfiguration, outbound: OutboundClient, now: @escaping @Sendable () -> Date = { .now }
    ) {
        self.configuration = configuration
        api = ProviderAPI(services: outbound.services, now: now)
    }

    public var receiptSource: ReceiptSource { configuration.sendsReceipts ? .pushed : .none }

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        guard case .phone(let number) = attempt.target.address else { return .rejected(.wrongAddress) }
        let body: JSON = [
            "message_type": "text", "channel": "sms", "to": .string(String(number.dropFirst())),
            "from": .string(configuration.sender), "text": .string(attempt.message.plainText),
            // Comes back with every status.
            "client_ref": .string(attempt.idempotencyKey),
        ]
        let request = OutboundRequest(
            method: .post, url: configuration.url.appending("/v1/messages"),
            headers: [
                "Authorization": BasicAuthorization.value(
                    user: configuration.apiKey, password: configuration.apiSecret),
                "Content-Type": "application/json", "Accept": "application/json", "User-Agent": "Belfry",
            ], body: body.utf8)
        return await api.send(request, timeout: attempt.timeout, judge: VonageProvider.judge)
    }

    /// The `title` of an error of the messages is a number; the `type` of one of the account is a URL.
    private static func judge(_ answer: ProviderAnswer) -> DeliveryOutcome? {
        if answer.isSuccess { return answer.accepted(id: answer.json?["message_uuid"]?.string) }
        if let code = answer.json?["title"]?.string.flatMap({ Int($0) }), let meaning = meanings[code] {
            return answer.outcome(meaning, code: "\(code)", usual: .seconds(1))
        }
        switch answer.status {
        case 429: return answer.outcome(.throttled, code: "throttled", usual: .seconds(1))
        case 500... where answer.json?["type"]?.string != nil: return answer.outcome(.retry, code: "serverError")
        default: return nil
        }
    }

    private static let meanings: [Int: ProviderAnswer.Meaning] = [
        1000: .throttled, 1010: .rejected, 1020: .rejected, 1021: .rejected, 1022: .rejected, 1030: .retry,
        1040: .invalidRecipient, 1050: .invalidRecipient, 1060: .authentication, 1070: .authentication,
        1080: .authentication, 1090: .rejected, 1100: .retry, 1120: .authentication, 1130: .rejected,
    ]
}
