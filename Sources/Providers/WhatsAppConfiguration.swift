import Notifications
public import Outbound
import SettingsReading

/// How the WhatsApp Cloud API is used.
public struct WhatsAppConfiguration: Sendable {
    /// Its version is part of it.
    public static let defaultURL = "https://graph.facebook.com/v23.0"

    /// Of a system user.
    public var token: Secret
    /// Of the number that sends, which is not the number itself.
    public var phoneNumberId: String
    public var url: ServiceURL
    /// Whether its callbacks are taken, so that what it took is kept for them.
    public var sendsReceipts = false

    public init(token: Secret, phoneNumberId: String, url: ServiceURL) {
        self.token = token
        self.phoneNumberId = phoneNumberId
        self.url = url
    }
}

extension WhatsAppProvider {
    static let kind = ProviderKind(
        "whatsapp", routes: [.whatsApp], required: ["BELFRY_WHATSAPP_TOKEN", "BELFRY_WHATSAPP_PHONE_NUMBER_ID"]
    ) { reader, _ in
        let token = reader.secret(
            "BELFRY_WHATSAPP_TOKEN", form: "a token", "Of a system user of the WhatsApp business.")
        let number = reader.word(
            "BELFRY_WHATSAPP_PHONE_NUMBER_ID", form: "digits", "Of the number that sends; not the number itself.")
        let url = reader.serviceURL(
            "BELFRY_WHATSAPP_URL", default: WhatsAppConfiguration.defaultURL, of: "the Cloud API, with its version")
        let receipts = WhatsAppReceipts(&reader)
        guard let token, let number, let url else { return ProviderSetup(receipts: receipts) }
        var configuration = WhatsAppConfiguration(token: token, phoneNumberId: number, url: url)
        configuration.sendsReceipts = receipts != nil
        return ProviderSetup(receipts: receipts) { [configuration] outbound, _ in
            WhatsAppProvider(configuration: configuration, outbound: outbound)
        }
    }
}

extension WhatsAppReceipts {
    /// Nil unless both are set.
    fileprivate init?(_ reader: inout SettingsReader) {
        func secret(_ name: String, _ about: String) -> String? {
            reader.parsed(name, form: "a secret", fallback: "none", about, isSecret: true, default: nil) { $0 }
        }
        let appSecret = secret("BELFRY_WHATSAPP_APP_SECRET", "What Meta signs its webhooks with.")
        let verifyToken = secret("BELFRY_WHATSAPP_VERIFY_TOKEN", "The word by which Meta's webhook knows us.")
        if (appSecret == nil) != (verifyToken == nil) {
            reader.note("BELFRY_WHATSAPP_APP_SECRET and BELFRY_WHATSAPP_VERIFY_TOKEN go together")
        }
        guard let appSecret, let verifyToken else { return nil }
        self.init(appSecret: appSecret, verifyToken: verifyToken)
    }
}
