public import Foundation

/// An e-mail as a value: what it says, not who gets copies of which nobody knows (that is the envelope's).
public struct MailMessage: Sendable, Hashable {
    public var from: Mailbox
    public var to: [Mailbox]
    public var cc: [Mailbox] = []
    public var replyTo: Mailbox?
    public var subject: String?
    public var text: String?
    public var html: String?
    public var attachments: [Attachment] = []
    public var headers: [CustomHeader] = []
    public var listUnsubscribe: [UnsubscribeURL] = []
    /// The left side of the `Message-ID`, of letters and digits; the right side is `messageIdDomain`. The same over all
    /// attempts, so that a mailbox that gets two can tell.
    public var messageId: String
    public var messageIdDomain: String
    public var date: Date

    /// As it stands between `<` and `>`, and in what servers report.
    public var fullMessageId: String { "\(messageId)@\(messageIdDomain)" }

    public init(from: Mailbox, to: [Mailbox], messageId: String, messageIdDomain: String, date: Date) {
        self.from = from
        self.to = to
        self.messageId = messageId
        self.messageIdDomain = messageIdDomain
        self.date = date
    }
}
