import Crypto
public import Foundation
public import Logging
import Mail
public import Notifications
import SMTP

/// Hands a notification to a mail server.
///
/// A delivery has one recipient that counts; `cc` and `bcc` go in the same transaction, and only if that one is taken.
/// What becomes of the copies does not change the outcome: a retry would send to those again who have it already.
public struct SMTPProvider: Provider {
    public let name = "smtp"
    private let configuration: SMTPProviderConfiguration
    private let client: SMTPClient
    private let logger: Logger
    private let now: @Sendable () -> Date

    /// - Parameter now: what `Date` says.
    /// - Throws: when the configured certificate authorities cannot be read.
    public init(
        configuration: SMTPProviderConfiguration, logger: Logger, now: @escaping @Sendable () -> Date = { .now }
    ) throws {
        self.configuration = configuration
        self.logger = logger
        self.now = now
        client = try SMTPClient(configuration.server, logger: logger)
    }

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        guard case .email(let text) = attempt.target.address else { return .rejected(.wrongAddress) }
        let fields = Fields(attempt.message.overrides ?? JSONObject())
        let content = EmailContent(fields)
        // The API has named what is wrong to whoever could mend it; names of members are the caller's words.
        guard fields.problems.isEmpty else {
            return .rejected(DeliveryFailure(code: "content", detail: "What overrides.email says is not valid."))
        }
        let message: MailMessage
        let bytes: [UInt8]
        do throws(MailError) {
            message = try compose(attempt, content, to: SMTPProvider.recipient(text))
            bytes = try message.encoded()
        } catch {
            return .rejected(DeliveryFailure(code: error.code, detail: "The message \(error.description)."))
        }
        let results = await client.send(envelope(message, content), bytes, timeout: attempt.timeout)
        noteCopies(results, of: attempt)
        let isSenderOurs = content.from == nil
        return SMTPVerdict.outcome(of: results.first, messageId: message.fullMessageId, isSenderOurs: isSenderOurs)
    }

    public func shutdown() async { client.shutdown() }

    private static func recipient(_ text: String) throws(MailError) -> Mailbox {
        do { return Mailbox(address: try EmailAddress(text)) } catch { throw .invalidAddress(part: "to", error) }
    }

    private func compose(_ attempt: DeliveryAttempt, _ content: EmailContent, to recipient: Mailbox) -> MailMessage {
        var message = MailMessage(
            from: content.from ?? configuration.from, to: [recipient],
            messageId: SMTPProvider.messageId(of: attempt), messageIdDomain: configuration.from.address.domain,
            date: now())
        message.cc = content.cc
        message.replyTo = content.replyTo
        message.subject = content.subject ?? attempt.message.title
        // HTML alone stays alone where the caller gave no text for it.
        message.text = content.text ?? attempt.message.body
        message.html = content.html
        if message.text == nil, message.html == nil { message.text = "" }
        message.attachments = content.attachments
        message.headers = content.headers
        message.listUnsubscribe = content.listUnsubscribe
        return message
    }

    private func envelope(_ message: MailMessage, _ content: EmailContent) -> SMTPEnvelope {
        let recipients = (message.to + content.cc + content.bcc).map(\.address.text)
        return SMTPEnvelope(sender: message.from.address.text, recipients: recipients, condition: .first)
    }

    private func noteCopies(_ results: [SMTPResult], of attempt: DeliveryAttempt) {
        guard case .accepted = results.first else { return }
        let refused = results.dropFirst().count { if case .accepted = $0 { false } else { true } }
        guard refused > 0 else { return }
        logger.warning(
            "copies of a message were not taken",
            metadata: ["notificationId": "\(attempt.notificationId.text)", "count": "\(refused)"])
    }

    /// The same over the attempts of a round: whoever gets it twice can tell.
    static func messageId(of attempt: DeliveryAttempt) -> String {
        let digest = SHA256.hash(data: Data(attempt.idempotencyKey.utf8))
        return digest.prefix(16).map { String(format: "%02x", $0) }.joined()
    }
}
