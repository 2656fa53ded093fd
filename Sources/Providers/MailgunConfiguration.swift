public import Mail
import Notifications
public import Outbound
import SettingsReading

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

extension MailgunProvider {
    static let kind = ProviderKind(
        "mailgun", routes: [.email],
        required: ["BELFRY_MAILGUN_API_KEY", "BELFRY_MAILGUN_DOMAIN", "BELFRY_EMAIL_FROM"]
    ) { reader, shared in
        let key = reader.secret("BELFRY_MAILGUN_API_KEY", form: "a key", "The key of Mailgun.")
        let domain = reader.word("BELFRY_MAILGUN_DOMAIN", form: "a domain", "The domain that Mailgun sends from.")
        let url = reader.serviceURL(
            "BELFRY_MAILGUN_URL", default: MailgunConfiguration.defaultURL,
            of: "Mailgun; https://api.eu.mailgun.net is the one in the EU")
        let receipts: MailgunReceipts? = reader.parsed(
            "BELFRY_MAILGUN_SIGNING_KEY", form: "a secret", fallback: "none",
            "The HTTP webhook signing key of Mailgun.", isSecret: true, default: nil
        ) { MailgunReceipts(signingKey: $0) }
        guard let key, let domain, let sender = shared.sender, let url else { return ProviderSetup(receipts: receipts) }
        var configuration = MailgunConfiguration(apiKey: key, domain: domain, from: sender, url: url)
        configuration.sendsReceipts = receipts != nil
        return ProviderSetup(receipts: receipts) { [configuration] outbound, _ in
            MailgunProvider(configuration: configuration, outbound: outbound)
        }
    }
}
