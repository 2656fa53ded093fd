public import Foundation
import HTTPTypes
public import Notifications
public import Outbound

/// Sends SMS by Amazon SNS. A number that has opted out is mostly accepted and dropped.
///
/// **Source:** Amazon SNS API reference, `Publish`; developer guide, "Publishing SMS messages".
public struct SNSProvider: Provider {
    public let name = "sns"
    let configuration: SNSConfiguration
    private let api: ProviderAPI

    public init(
        configuration: SNSConfiguration, outbound: OutboundClient, now: @escaping @Sendable () -> Date = { .now }
    ) {
        self.configuration = configuration
        api = ProviderAPI(services: outbound.services, now: now)
    }

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        guard case .phone(let number) = attempt.target.address else { return .rejected(.wrongAddress) }
        let type = attempt.message.type == .marketing ? "Promotional" : "Transactional"
        let sender = configuration.senderId
        let request = OutboundRequest(
            method: .post, url: configuration.url.appending("/"), headers: ["Content-Type": FormBody.contentType],
            body: FormBody.encode([
                "Action": "Publish", "Version": "2010-03-31", "PhoneNumber": number,
                "Message": attempt.message.plainText,
                "MessageAttributes.entry.1.Name": "AWS.SNS.SMS.SMSType",
                "MessageAttributes.entry.1.Value.DataType": "String",
                "MessageAttributes.entry.1.Value.StringValue": type,
                "MessageAttributes.entry.2.Name": sender.map { _ in "AWS.SNS.SMS.SenderID" },
                "MessageAttributes.entry.2.Value.DataType": sender.map { _ in "String" },
                "MessageAttributes.entry.2.Value.StringValue": sender,
            ]))
        let signature = AWSSignature(account: configuration.account, service: "sns")
        return await api.send(
            signature.sign(request, at: api.now()), timeout: attempt.timeout, judge: SNSProvider.judge)
    }

    private static func judge(_ answer: ProviderAnswer) -> DeliveryOutcome? {
        if answer.isSuccess { return answer.accepted(id: AWSError.element("MessageId", of: answer.text)) }
        guard let code = AWSError.element("Code", of: answer.text) else { return nil }
        let isAboutNumber = AWSError.element("Message", of: answer.text)?.contains("PhoneNumber") == true
        switch code {
        case "InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid":
            return answer.outcome(isAboutNumber ? .invalidRecipient : .rejected, code: code)
        default:
            guard let meaning = meanings[code] ?? AWSError.common[code] else { return nil }
            return answer.outcome(meaning, code: code, usual: AWSError.throttleWait)
        }
    }

    private static let meanings: [String: ProviderAnswer.Meaning] = [
        "AuthorizationError": .authentication, "InvalidSecurity": .authentication, "NotFound": .authentication,
        "PlatformApplicationDisabled": .authentication, "OptedOut": .invalidRecipient,
        "EndpointDisabled": .invalidRecipient, "Throttled": .throttled, "InternalError": .retry,
        "KMSThrottling": .retry,
    ]
}
