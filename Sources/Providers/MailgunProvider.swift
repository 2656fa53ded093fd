public import Foundation
import HTTPTypes
import Mail
public import Notifications
public import Outbound

/// Sends e-mail by Mailgun.
///
/// **Source:** Mailgun API reference, "Sending messages" and "API response codes".
public struct MailgunProvider: Provider {
    public let name = "mailgun"
    private let configuration: MailgunConfiguration
    private let api: ProviderAPI

    public init(
        configuration: MailgunConfiguration, outbound: OutboundClient, now: @escaping @Sendable () -> Date = { .now }
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
        let form = MailgunProvider.form(mail, attempt)
        let request = OutboundRequest(
            method: .post, url: configuration.url.appending("/v3/\(FormBody.escaped(configuration.domain))/messages"),
            headers: [
                "Authorization": BasicAuthorization.value(user: "api", password: configuration.apiKey),
                "Content-Type": form.contentType, "Accept": "application/json", "User-Agent": "Belfry",
            ], body: form.body)
        return await api.send(request, timeout: attempt.timeout, judge: MailgunProvider.judge)
    }

    /// Its own errors have a `message`; what has none comes from something else.
    private static func judge(_ answer: ProviderAnswer) -> DeliveryOutcome? {
        if answer.isSuccess { return answer.accepted(id: answer.json?["id"]?.string) }
        let isOwn = answer.json?["message"]?.string != nil
        return isOwn && answer.status == 500 ? answer.outcome(.retry, code: "serverError") : nil
    }

    private static func form(_ mail: ComposedMail, _ attempt: DeliveryAttempt) -> MultipartForm {
        let message = mail.message
        // Nobody can know it beforehand, so no content can have it.
        var form = MultipartForm(boundary: "belfry" + UUID().uuidString.filter { $0 != "-" })
        form.add("from", message.from.headerText)
        for (name, mailboxes) in [("to", message.to), ("cc", message.cc), ("bcc", mail.bcc)] where !mailboxes.isEmpty {
            form.add(name, mailboxes.map(\.headerText).joined(separator: ", "))
        }
        form.add("subject", message.subject ?? "")
        // It takes nothing empty.
        if let text = message.text { form.add("text", text.isEmpty ? " " : text) }
        if let html = message.html { form.add("html", html) }
        if let replyTo = message.replyTo { form.add("h:Reply-To", replyTo.headerText) }
        form.add("h:Message-Id", "<\(message.fullMessageId)>")
        for header in message.additionalHeaders { form.add("h:\(header.name)", header.value) }
        // Comes back with every event.
        form.add("v:\(ReceiptBody.referenceName)", attempt.idempotencyKey)
        for attachment in message.attachments {
            // An inline image's file name is what `cid:` finds it by.
            form.add(
                attachment.contentId == nil ? "attachment" : "inline",
                filename: attachment.contentId ?? attachment.filename, contentType: attachment.contentType,
                content: attachment.content)
        }
        return form
    }
}
