public import Foundation
import HTTPTypes
import Mail
public import Notifications
public import Outbound

/// Sends e-mail by SendGrid.
///
/// An address that SendGrid suppresses is accepted all the same, and reported as dropped later.
///
/// **Source:** SendGrid v3 API reference, "Mail Send" and "Errors".
public struct SendGridProvider: Provider {
    public let name = "sendgrid"
    private let configuration: SendGridConfiguration
    private let api: ProviderAPI

    public init(
        configuration: SendGridConfiguration, outbound: OutboundClient, now: @escaping @Sendable () -> Date = { .now }
    ) {
        self.configuration = configuration
        api = ProviderAPI(services: outbound.services, now: now)
    }

    public var receiptSource: ReceiptSource { configuration.sendsReceipts ? .pushed : .none }

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        let mail: ComposedMail
        do throws(MailRefusal) {
            mail = try ComposedMail(attempt, from: configuration.from, at: api.now())
        } catch {
            return .rejected(error.failure)
        }
        let headers: KeyValuePairs = [
            "Authorization": "Bearer \(configuration.apiKey.value)", "Content-Type": "application/json",
            "Accept": "application/json", "User-Agent": "Belfry",
        ]
        let request = OutboundRequest(
            method: .post, url: configuration.url.appending("/v3/mail/send"), headers: headers,
            body: SendGridProvider.body(mail, attempt).utf8)
        return await api.send(request, timeout: attempt.timeout) { answer in
            SendGridProvider.judge(answer, isSenderOurs: mail.isSenderOurs)
        }
    }

    private static func judge(_ answer: ProviderAnswer, isSenderOurs: Bool) -> DeliveryOutcome? {
        if answer.isSuccess {
            return answer.accepted(id: HTTPField.Name("X-Message-Id").flatMap { answer.headers[$0] })
        }
        guard let errors = answer.json?["errors"]?.array else { return nil }
        switch answer.status {
        case 403 where !isSenderOurs && errors.contains { $0["field"]?.string?.hasPrefix("from") == true }:
            return answer.outcome(.rejected, code: "from")
        case 500, 502: return answer.outcome(.retry, code: "serverError")
        default: return nil
        }
    }
}

extension SendGridProvider {
    static func body(_ mail: ComposedMail, _ attempt: DeliveryAttempt) -> JSON {
        let message = mail.message
        // SendGrid refuses an address that stands twice.
        var seen: Set<String> = []
        func people(_ mailboxes: [Mailbox]) -> [JSON] {
            mailboxes.filter { seen.insert($0.address.text.lowercased()).inserted }.map(person)
        }
        var envelope = JSONObject()
        for (name, mailboxes) in [("to", message.to), ("cc", message.cc), ("bcc", mail.bcc)] {
            let list = people(mailboxes)
            if !list.isEmpty { envelope.append(name, .array(list)) }
        }
        var body = JSONObject([
            ("personalizations", [.object(envelope)]), ("from", person(message.from)),
            // It takes no message without one.
            ("subject", .string(message.subject ?? "(no subject)")), ("content", .array(content(message))),
            ("headers", .object(JSONObject(message.additionalHeaders.map { ($0.name, .string($0.value)) }))),
            // Comes back with every event.
            ("custom_args", [ReceiptBody.referenceName: .string(attempt.idempotencyKey)]),
        ])
        body.append("reply_to", message.replyTo.map(person))
        if !message.attachments.isEmpty { body.append("attachments", .array(message.attachments.map(attachment))) }
        return .object(body)
    }

    private static func person(_ mailbox: Mailbox) -> JSON {
        var person = JSONObject([("email", .string(mailbox.address.text))])
        person.append("name", mailbox.name.map(JSON.string))
        return .object(person)
    }

    /// Text stands first, and nothing may be empty.
    private static func content(_ message: MailMessage) -> [JSON] {
        [("text/plain", message.text), ("text/html", message.html)].compactMap { type, value in
            value.map { ["type": .string(type), "value": .string($0.isEmpty ? " " : $0)] }
        }
    }

    private static func attachment(_ attachment: Attachment) -> JSON {
        var object = JSONObject([
            ("content", .string(Data(attachment.content).base64EncodedString())),
            ("filename", .string(attachment.filename)), ("type", .string(attachment.contentType)),
            ("disposition", .string(attachment.contentId == nil ? "attachment" : "inline")),
        ])
        object.append("content_id", attachment.contentId.map(JSON.string))
        return .object(object)
    }
}
