import Foundation
import Mail
import Notifications

/// A delivery as an e-mail, for every provider that sends some: what the caller said, checked once more, from us where it
/// named no sender.
struct ComposedMail {
    let message: MailMessage
    /// Copies that no header tells of.
    let bcc: [Mailbox]
    /// False where the caller chose the sender, whose refusal then is the caller's mistake.
    let isSenderOurs: Bool

    /// Everybody who gets it, the delivery's own recipient first.
    var recipients: [Mailbox] { message.to + message.cc + bcc }

    init(_ attempt: DeliveryAttempt, from sender: Mailbox, at date: Date) throws(MailRefusal) {
        guard case .email(let address) = attempt.target.address else { throw MailRefusal(failure: .wrongAddress) }
        let fields = Fields(attempt.message.overrides ?? JSONObject())
        let content = EmailContent(fields)
        // The API has named what is wrong to whoever could mend it; names of members are the caller's words.
        guard fields.problems.isEmpty else { throw .content }
        var message = MailMessage(
            from: content.from ?? sender, to: [try ComposedMail.recipient(address)], messageId: attempt.digest,
            messageIdDomain: sender.address.domain, date: date)
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
        // A caller who names a place of its own keeps its own list.
        if message.listUnsubscribe.isEmpty, let url = attempt.unsubscribeURL {
            message.listUnsubscribe = [try ComposedMail.unsubscribeURL(url)]
        }
        self.message = message
        bcc = content.bcc
        isSenderOurs = content.from == nil
        do throws(MailError) { try message.check() } catch { throw MailRefusal(error) }
    }

    /// The message as bytes, for a provider that takes it so.
    func encoded() throws(MailRefusal) -> [UInt8] {
        do throws(MailError) { return try message.encoded() } catch { throw MailRefusal(error) }
    }

    private static func recipient(_ text: String) throws(MailRefusal) -> Mailbox {
        do throws(EmailAddress.Problem) {
            return Mailbox(address: try EmailAddress(text))
        } catch {
            throw MailRefusal(.invalidAddress(part: "to", error))
        }
    }

    private static func unsubscribeURL(_ text: String) throws(MailRefusal) -> UnsubscribeURL {
        do throws(MailError) { return try UnsubscribeURL(text) } catch { throw MailRefusal(error) }
    }
}

/// Why there is nothing to send.
struct MailRefusal: Error {
    let failure: DeliveryFailure

    static let content = MailRefusal(
        failure: DeliveryFailure(code: "content", detail: "What overrides.email says is not valid."))
}

extension MailRefusal {
    init(_ error: MailError) {
        failure = DeliveryFailure(code: error.code, detail: "The message \(error.description).")
    }
}
