import Notifications
public import Outbound
import SettingsReading

/// How Twilio is used.
public struct TwilioConfiguration: Sendable {
    public static let defaultURL = "https://api.twilio.com"

    /// `AC…`
    public var accountSid: String
    /// `SK…` of an API key, whose secret the token then is; nil for the account's own token.
    public var keySid: String?
    public var token: Secret
    /// A number, an alphanumeric sender, or a messaging service's `MG…`.
    public var sender: String
    public var url: ServiceURL
    /// Whether its callbacks are taken, so that what it took is kept for them.
    public var sendsReceipts = false
    /// Where it is to report what becomes of a message; nil for nowhere.
    public var statusCallback: String?

    public init(accountSid: String, keySid: String? = nil, token: Secret, sender: String, url: ServiceURL) {
        self.accountSid = accountSid
        self.keySid = keySid
        self.token = token
        self.sender = sender
        self.url = url
    }
}

extension TwilioProvider {
    static let kind = ProviderKind(
        "twilio", routes: [.sms],
        required: ["BELFRY_TWILIO_ACCOUNT_SID", "BELFRY_TWILIO_AUTH_TOKEN", "BELFRY_TWILIO_FROM"]
    ) { reader, shared in
        let account = reader.word("BELFRY_TWILIO_ACCOUNT_SID", form: "AC…", "The account at Twilio.")
        let key = reader.word(
            "BELFRY_TWILIO_API_KEY_SID", form: "SK…", "An API key, whose secret BELFRY_TWILIO_AUTH_TOKEN then is.")
        let token = reader.secret("BELFRY_TWILIO_AUTH_TOKEN", form: "a token", "The account's token.")
        let sender = reader.line(
            "BELFRY_TWILIO_FROM", form: "+15005550006, a name, or MG…",
            "The sender of SMS by Twilio; MG… is a messaging service.")
        let url = reader.serviceURL("BELFRY_TWILIO_URL", default: TwilioConfiguration.defaultURL, of: "Twilio")
        guard let account, let token, let sender, let url else { return nil }
        var configuration = TwilioConfiguration(
            accountSid: account, keySid: key, token: token, sender: sender, url: url)
        // Its callbacks are signed by the account's own token: those that could not be verified are not asked for.
        let receipts = key == nil && shared.publicURL != nil ? TwilioReceipts(authToken: token.value) : nil
        if receipts != nil { configuration.statusCallback = shared.publicURL.map { $0 + "/v1/receipts/twilio" } }
        configuration.sendsReceipts = receipts != nil
        return ProviderSetup(receipts: receipts) { [configuration] outbound, _ in
            TwilioProvider(configuration: configuration, outbound: outbound)
        }
    }
}
