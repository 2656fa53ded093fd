public import Mail
public import SMTP

/// The mail server, and who mail is from.
public struct SMTPProviderConfiguration: Sendable {
    public var server: SMTPConfiguration
    /// The sender where the caller names no other; its domain is also that of every `Message-ID`.
    public var from: Mailbox

    public init(server: SMTPConfiguration, from: Mailbox) {
        (self.server, self.from) = (server, from)
    }
}
