public import Notifications

/// What a caller says about a notification's e-mail: the `email` member of its overrides.
///
///     {"subject": "…",                  else the title
///      "text": "…", "html": "…",        else the body is the text
///      "from": "Shop <shop@example.com>", "replyTo": "help@example.com",
///      "cc": ["…"], "bcc": ["…"],       at most 50 in all
///      "headers": {"X-Campaign": "…"},
///      "attachments": [{"filename": "…", "contentType": "…", "content": "<base64>", "contentId": "…", "inline": true}],
///      "listUnsubscribe": ["https://…", "mailto:…"]}
///
/// The API reads it to name what is wrong, the provider to send it.
public struct EmailContent: Sendable, Hashable {
    public var subject: String?
    public var text: String?
    public var html: String?
    public var from: Mailbox?
    public var replyTo: Mailbox?
    public var cc: [Mailbox] = []
    public var bcc: [Mailbox] = []
    public var headers: [CustomHeader] = []
    public var attachments: [Attachment] = []
    public var listUnsubscribe: [UnsubscribeURL] = []

    /// `cc` and `bcc` together.
    public static let maximumCopies = 50
    static let maximumHeaders = 50
    static let maximumAttachments = 50
    static let maximumBodyLength = 1 << 20

    /// Reads the overrides, noting every problem. Worth using only when there was none.
    public init(_ fields: Fields) {
        // `title` and `body` replace the common ones on any channel.
        fields.allow([
            "title", "body", "subject", "text", "html", "from", "replyTo", "cc", "bcc", "headers", "attachments",
            "listUnsubscribe",
        ])
        subject = fields.headerText("subject") ?? fields.headerText("title")
        text = fields.string("text", maximum: EmailContent.maximumBodyLength)
        html = fields.string("html", maximum: EmailContent.maximumBodyLength)
        from = fields.mailbox("from")
        replyTo = fields.mailbox("replyTo")
        cc = fields.mailboxes("cc")
        bcc = fields.mailboxes("bcc")
        if cc.count + bcc.count > EmailContent.maximumCopies {
            fields.note("cc", .tooMany, "and bcc must have at most \(EmailContent.maximumCopies) addresses in all")
        }
        headers = fields.customHeaders("headers")
        attachments = fields.attachments("attachments")
        listUnsubscribe = fields.texts("listUnsubscribe", maximum: 5) { text throws(MailError) in
            try UnsubscribeURL(text)
        }
    }

    /// What is wrong with a title that becomes a subject.
    public static func problem(ofTitle title: String) -> String? {
        do throws(MailError) {
            try HeaderText.check(title, part: "title")
            return nil
        } catch {
            return error.description
        }
    }
}
