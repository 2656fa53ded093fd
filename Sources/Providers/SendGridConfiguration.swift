public import Mail
public import Outbound

/// How SendGrid is used.
public struct SendGridConfiguration: Sendable {
    public var apiKey: Secret
    /// The sender where the caller names no other.
    public var from: Mailbox
    public var url: ServiceURL
    /// Whether its callbacks are taken, so that what it took is kept for them.
    public var sendsReceipts = false

    public static let defaultURL = "https://api.sendgrid.com"

    public init(apiKey: Secret, from: Mailbox, url: ServiceURL) {
        self.apiKey = apiKey
        self.from = from
        self.url = url
    }
}
