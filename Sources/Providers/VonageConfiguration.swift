import Notifications
public import Outbound
import SettingsReading

/// How Vonage is used.
public struct VonageConfiguration: Sendable {
    public static let defaultURL = "https://api.nexmo.com"

    public var apiKey: String
    public var apiSecret: Secret
    /// A number without `+`, or an alphanumeric sender.
    public var sender: String
    public var url: ServiceURL
    /// Whether its callbacks are taken, so that what it took is kept for them.
    public var sendsReceipts = false

    public init(apiKey: String, apiSecret: Secret, sender: String, url: ServiceURL) {
        self.apiKey = apiKey
        self.apiSecret = apiSecret
        self.sender = sender
        self.url = url
    }
}

extension VonageProvider {
    static let kind = ProviderKind(
        "vonage", routes: [.sms], required: ["BELFRY_VONAGE_API_KEY", "BELFRY_VONAGE_API_SECRET", "BELFRY_VONAGE_FROM"]
    ) { reader, _ in
        let key = reader.word("BELFRY_VONAGE_API_KEY", form: "a word", "The account at Vonage.")
        let secret = reader.secret("BELFRY_VONAGE_API_SECRET", form: "a secret", "What belongs to it.")
        let sender = reader.line(
            "BELFRY_VONAGE_FROM", form: "a number without + or a name", "The sender of SMS by Vonage.")
        let url = reader.serviceURL("BELFRY_VONAGE_URL", default: VonageConfiguration.defaultURL, of: "Vonage")
        let receipts: VonageReceipts? = reader.parsed(
            "BELFRY_VONAGE_SIGNATURE_SECRET", form: "a secret", fallback: "none",
            "What Vonage signs its webhooks with.", isSecret: true, default: nil
        ) { VonageReceipts(signatureSecret: $0) }
        guard let key, let secret, let sender, let url else { return ProviderSetup(receipts: receipts) }
        var configuration = VonageConfiguration(apiKey: key, apiSecret: secret, sender: sender, url: url)
        configuration.sendsReceipts = receipts != nil
        return ProviderSetup(receipts: receipts) { [configuration] outbound, _ in
            VonageProvider(configuration: configuration, outbound: outbound)
        }
    }
}
