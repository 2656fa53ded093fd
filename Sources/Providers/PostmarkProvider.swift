import Foundation
import HTTPTypes
import Mail
public import Notifications
import Outbound
import SettingsReading

/// Sends e-mail by Postmark.
///
/// **Source:** Postmark developer documentation, "Email API" and "API error codes".
public struct PostmarkProvider: Provider {
    struct Configuration: Sendable {
        static let defaultURL = "https://api.postmarkapp.com"

        /// Of the server, as Postmark calls what a project has.
        var token: Secret
        /// The sender where the caller names no other.
        var from: Mailbox
        var stream: String
        var url: ServiceURL
    }

    public let name = "postmark"
    private let configuration: Configuration
    private let api: ProviderAPI

    init(
        configuration: Configuration, outbound: OutboundClient, now: @escaping @Sendable () -> Date = { .now }
    ) {
        self.configuration = configuration
        api = ProviderAPI(services: outbound.services, now: now)
    }

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        let mail: ComposedMail
        do throws(MailRefusal) {
            mail = try ComposedMail(attempt, from: configuration.from, at: api.now())
        } catch {
            return .rejected(error.failure)
        }
        let request = OutboundRequest(
            method: .post, url: configuration.url.appending("/email"),
            headers: [
                "X-Postmark-Server-Token": configuration.token.value, "Content-Type": "application/json",
                "Accept": "application/json", "User-Agent": "Belfry",
            ], body: body(mail, attempt).utf8)
        return await api.send(request, timeout: attempt.timeout) { PostmarkProvider.judge($0, mail) }
    }

    private static let meanings = [Int: ProviderAnswer.Meaning](byMeaning: [
        .authentication: [10, 400, 401, 405, 412, 413, 1235], .retry: [100], .invalidRecipient: [406],
        .rejected: [300, 402, 403, 409, 410, 411],
    ])

    /// One message may have several recipients: the answer is 200 as long as one of them gets it.
    private static func judge(_ answer: ProviderAnswer, _ mail: ComposedMail) -> DeliveryOutcome? {
        guard let code = answer.json?["ErrorCode"]?.int else { return nil }
        if answer.isSuccess, code == 0 {
            let isInactive = inactive(in: answer.json?["Message"]?.string ?? "")
                .contains(mail.message.to[0].address.text.lowercased())
            if isInactive { return answer.outcome(.invalidRecipient, code: "406") }
            return answer.accepted(id: answer.json?["MessageID"]?.string)
        }
        if answer.isSuccess, meanings[code] == nil { return answer.outcome(.rejected, code: "\(code)") }
        if !mail.isSenderOurs, code == 400 || code == 401 { return answer.outcome(.rejected, code: "from") }
        return meanings[code].map { answer.outcome($0, code: "\(code)") }
    }

    /// Whom Postmark did not send to since mail to them bounced, or they complained.
    private static func inactive(in message: String) -> [String] {
        guard let list = message.range(of: "inactive addresses: ")?.upperBound else { return [] }
        // A sentence on inactive recipients may follow.
        let addresses = message[list...].components(separatedBy: ". Inactive")[0]
        return addresses.split(separator: ",").map {
            $0.trimmingCharacters(in: CharacterSet(charactersIn: " .")).lowercased()
        }
    }

    private func body(_ mail: ComposedMail, _ attempt: DeliveryAttempt) -> JSON {
        let message = mail.message
        func people(_ mailboxes: [Mailbox]) -> JSON? {
            mailboxes.isEmpty ? nil : .string(mailboxes.map(PostmarkProvider.person).joined(separator: ", "))
        }
        // Without `X-PM-KeepID` it makes a `Message-ID` of its own, and another one for each attempt.
        let headers = [("Message-ID", "<\(message.fullMessageId)>"), ("X-PM-KeepID", "true")]
        var body = JSONObject([
            ("From", .string(PostmarkProvider.person(message.from))), ("Subject", .string(message.subject ?? "")),
            ("MessageStream", .string(configuration.stream)),
            (
                "Headers",
                .array(
                    (headers + message.additionalHeaders.map { ($0.name, $0.value) }).map { name, value in
                        ["Name": .string(name), "Value": .string(value)]
                    })
            ),
            // Comes back with every event.
            ("Metadata", [ReceiptBody.referenceName: .string(attempt.idempotencyKey)]),
        ])
        body.append("To", people(message.to))
        body.append("Cc", people(message.cc))
        body.append("Bcc", people(mail.bcc))
        body.append("ReplyTo", message.replyTo.map { .string(PostmarkProvider.person($0)) })
        // It takes nothing empty.
        body.append("TextBody", message.text.map { .string($0.isEmpty ? " " : $0) })
        body.append("HtmlBody", message.html.map(JSON.string))
        if !message.attachments.isEmpty {
            body.append("Attachments", .array(message.attachments.map(PostmarkProvider.attachment)))
        }
        return .object(body)
    }

    /// In words, not in the encoding of a mail's header.
    private static func person(_ mailbox: Mailbox) -> String {
        guard let name = mailbox.name else { return mailbox.address.text }
        let quoted = name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"\(quoted)\" <\(mailbox.address.text)>"
    }

    private static func attachment(_ attachment: Attachment) -> JSON {
        var object = JSONObject([
            ("Name", .string(attachment.filename)), ("ContentType", .string(attachment.contentType)),
            ("Content", .string(Data(attachment.content).base64EncodedString())),
        ])
        object.append("ContentID", attachment.contentId.map { .string("cid:" + $0) })
        return .object(object)
    }
}

extension PostmarkProvider {
    static let kind = ProviderKind(
        "postmark", routes: [.email], required: ["BELFRY_POSTMARK_TOKEN", "BELFRY_EMAIL_FROM"]
    ) { reader, shared in
        let token = reader.secret("BELFRY_POSTMARK_TOKEN", form: "a token", "The token of a server at Postmark.")
        let stream = reader.string(
            "BELFRY_POSTMARK_STREAM", form: "a name", default: "outbound", "The message stream at Postmark.")
        let url = reader.serviceURL("BELFRY_POSTMARK_URL", default: Configuration.defaultURL, of: "Postmark")
        guard let token, let sender = shared.sender, let url else { return nil }
        let configuration = Configuration(token: token, from: sender, stream: stream, url: url)
        return ProviderSetup { outbound, _ in PostmarkProvider(configuration: configuration, outbound: outbound) }
    }
}
