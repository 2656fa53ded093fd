public import Foundation
import HTTPTypes
import Mail
public import Notifications
public import Outbound

/// Sends e-mail by Amazon SES, API version 2. The message goes as the bytes that a mail server would get, so SES adds and
/// changes nothing that a caller said.
///
/// **Source:** Amazon SES API v2 reference, `SendEmail`.
public struct SESProvider: Provider {
    public let name = "ses"
    private let configuration: SESConfiguration
    private let api: ProviderAPI

    /// - Parameter now: what `Date` and the signature say; Amazon refuses one that is 5 minutes off.
    public init(
        configuration: SESConfiguration, outbound: OutboundClient, now: @escaping @Sendable () -> Date = { .now }
    ) {
        self.configuration = configuration
        api = ProviderAPI(services: outbound.services, now: now)
    }

    public var receiptSource: ReceiptSource { configuration.sendsReceipts ? .pushed : .none }

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        let mail: ComposedMail
        let bytes: [UInt8]
        do throws(MailRefusal) {
            mail = try ComposedMail(attempt, from: configuration.from, at: api.now())
            bytes = try mail.encoded()
        } catch {
            return .rejected(error.failure)
        }
        let request = OutboundRequest(
            method: .post, url: configuration.url.appending("/v2/email/outbound-emails"),
            headers: ["Content-Type": "application/json"], body: body(mail, bytes, attempt).utf8)
        let signature = AWSSignature(account: configuration.account, service: "ses")
        return await api.send(signature.sign(request, at: api.now()), timeout: attempt.timeout) { answer in
            SESProvider.judge(answer, isSenderOurs: mail.isSenderOurs)
        }
    }

    private func body(_ mail: ComposedMail, _ bytes: [UInt8], _ attempt: DeliveryAttempt) -> JSON {
        func addresses(_ mailboxes: [Mailbox]) -> JSON { .array(mailboxes.map { .string($0.address.text) }) }
        var destination = JSONObject([("ToAddresses", addresses(mail.message.to))])
        if !mail.message.cc.isEmpty { destination.append("CcAddresses", addresses(mail.message.cc)) }
        if !mail.bcc.isEmpty { destination.append("BccAddresses", addresses(mail.bcc)) }
        var body = JSONObject([
            ("FromEmailAddress", .string(mail.message.from.headerText)), ("Destination", .object(destination)),
            ("Content", ["Raw": ["Data": .string(Data(bytes).base64EncodedString())]]),
            // Comes back with every event. A tag may have no colons, and ours no underscores.
            ("EmailTags", [["Name": "reference", "Value": .string(attempt.idempotencyKey.replacing(":", with: "_"))]]),
        ])
        body.append("ConfigurationSetName", configuration.configurationSet.map(JSON.string))
        return .object(body)
    }

    private static func judge(_ answer: ProviderAnswer, isSenderOurs: Bool) -> DeliveryOutcome? {
        if answer.isSuccess { return answer.accepted(id: answer.json?["MessageId"]?.string) }
        guard let name = AWSError.name(answer) else { return nil }
        let isUnverified =
            name == "MailFromDomainNotVerifiedException"
            || name == "MessageRejected" && answer.json?["message"]?.string?.contains("not verified") == true
        switch name {
        case _ where isUnverified: return answer.outcome(isSenderOurs ? .authentication : .rejected, code: name)
        // The quota of a day.
        case "LimitExceededException": return answer.outcome(.throttled, code: name, usual: RetryAfter.maximum)
        default:
            guard let meaning = meanings[name] ?? AWSError.common[name] else { return nil }
            return answer.outcome(meaning, code: name, usual: AWSError.throttleWait)
        }
    }

    private static let meanings: [String: ProviderAnswer.Meaning] = [
        "AccountSuspendedException": .authentication, "SendingPausedException": .authentication,
        "NotFoundException": .authentication, "MessageRejected": .rejected, "BadRequestException": .rejected,
    ]
}
