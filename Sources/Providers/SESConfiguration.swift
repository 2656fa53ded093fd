public import Mail
public import Outbound

/// How Amazon SES is used.
public struct SESConfiguration: Sendable {
    public var account: AWSAccount
    /// The sender where the caller names no other; its domain is also that of every `Message-ID`.
    public var from: Mailbox
    /// The configuration set, which decides where SES reports events to.
    public var configurationSet: String?
    public var url: ServiceURL
    /// Whether its callbacks are taken, so that what it took is kept for them.
    public var sendsReceipts = false

    public init(account: AWSAccount, from: Mailbox, configurationSet: String? = nil, url: ServiceURL) {
        self.account = account
        self.from = from
        self.configurationSet = configurationSet
        self.url = url
    }
}
