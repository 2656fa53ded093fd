public import Foundation
import HTTPTypes
public import Notifications
public import Outbound

/// Sends SMS by Twilio.
///
/// **Source:** Twilio Programmable Messaging, "Messages resource"; "Error and warning dictionary".
public struct TwilioProvider: Provider {
    public let name = "twilio"
    let configuration: TwilioConfiguration
    private let api: ProviderAPI

    /// How long it is left alone when too many requests were under way: it does not say.
    private static let usualWait: Duration = .seconds(5)

    public init(
        configuration: TwilioConfiguration, outbound: OutboundClient, now: @escaping @Sendable () -> Date = { .now }
    ) {
        self.configuration = configuration
        api = ProviderAPI(services: outbound.services, now: now)
    }

    public var receiptSource: ReceiptSource { configuration.sendsReceipts ? .pushed : .none }

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        guard case .phone(let number) = attempt.target.address else { return .rejected(.wrongAddress) }
        let account = FormBody.escaped(configuration.accountSid)
        let isService = configuration.sender.hasPrefix("MG")
        let user = configuration.keySid ?? configuration.accountSid
        let request = OutboundRequest(
            method: .post, url: configuration.url.appending("/2010-04-01/Accounts/\(account)/Messages.json"),
            headers: [
                "Authorization": BasicAuthorization.value(user: user, password: configuration.token),
                "Content-Type": FormBody.contentType, "Accept": "application/json", "User-Agent": "Belfry",
            ],
            body: FormBody.encode([
                "To": number, isService ? "MessagingServiceSid" : "From": configuration.sender,
                "Body": attempt.message.plainText,
                "StatusCallback": configuration.statusCallback.map { url in
                    url + "?reference=" + FormBody.escaped(attempt.idempotencyKey)
                },
            ]))
        return await api.send(request, timeout: attempt.timeout, judge: TwilioProvider.judge)
    }

    private static func judge(_ answer: ProviderAnswer) -> DeliveryOutcome? {
        if answer.isSuccess { return answer.accepted(id: answer.json?["sid"]?.string) }
        guard let code = answer.json?["code"]?.int, let meaning = meanings[code] else { return nil }
        return answer.outcome(meaning, code: "\(code)", usual: usualWait)
    }

    private static let meanings = [Int: ProviderAnswer.Meaning](byMeaning: [
        // The account, its credentials, and what it may do: 21408 is a region, 21608 a number of a trial.
        .authentication: [
            20003, 20005, 20006, 20008, 20404, 21408, 21608, 21212, 21603, 21606, 21607, 21659, 21660, 21701, 21702,
            21703, 21704, 21705, 21708, 21709,
        ],
        .throttled: [20429, 21611, 14107],
        .retry: [20500, 20503],
        // No number, one that answered STOP, one that takes no SMS.
        .invalidRecipient: [21211, 21610, 21614],
        // Not to be reached from this sender; the text.
        .rejected: [
            21612, 21602, 21605, 21617, 21618, 21620, 21623, 21624, 21654, 21655, 21656, 21657, 21658,
        ],
    ])
}
