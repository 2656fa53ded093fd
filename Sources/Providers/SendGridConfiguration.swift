public import Mail
import Notifications
public import Outbound
import SettingsReading

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

extension SendGridProvider {
    static let kind = ProviderKind(
        "sendgrid", routes: [.email], required: ["BELFRY_SENDGRID_API_KEY", "BELFRY_EMAIL_FROM"]
    ) { reader, shared in
        let key = reader.secret("BELFRY_SENDGRID_API_KEY", form: "SG.…", "The key, which needs the right to send mail.")
        let url = reader.serviceURL(
            "BELFRY_SENDGRID_URL", default: SendGridConfiguration.defaultURL,
            of: "SendGrid; https://api.eu.sendgrid.com is the one in the EU")
        let receipts: SendGridReceipts? = reader.parsed(
            "BELFRY_SENDGRID_WEBHOOK_KEY", form: "base64", fallback: "none",
            "The verification key of SendGrid's Event Webhook.", default: nil
        ) { try SendGridReceipts(publicKey: $0) }
        guard let key, let sender = shared.sender, let url else { return ProviderSetup(receipts: receipts) }
        var configuration = SendGridConfiguration(apiKey: key, from: sender, url: url)
        configuration.sendsReceipts = receipts != nil
        return ProviderSetup(receipts: receipts) { [configuration] outbound, _ in
            SendGridProvider(configuration: configuration, outbound: outbound)
        }
    }
}
