public import Mail
public import Outbound

/// How Mailgun is used.
public struct MailgunConfiguration: Sendable {
    public static let defaultURL = "https://api.mailgun.net"

    public var apiKey: Secret
    /// The sending domain.
    public var domain: String
    /// The sender where the caller names no other.
    public var from: Mailbox
    public var url: ServiceURL
    /// Whether its callbacks are taken, so that what it took is kept for them.
    public var sendsReceipts = false

    public init(apiKey: Secret, domain: String, from: Mailbox, url: ServiceURL) {
        self.apiKey = apiKey
        self.domain = domain
        self.from = from
        self.url = url
    }
}
