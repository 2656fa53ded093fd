import Notifications
public import Outbound
import SettingsReading

/// How Telegram is used.
public struct TelegramConfiguration: Sendable {
    public static let defaultURL = "https://api.telegram.org"

    /// The bot's; it stands in the path of every request.
    public var token: Secret
    public var url: ServiceURL

    public init(token: Secret, url: ServiceURL) {
        self.token = token
        self.url = url
    }
}

extension TelegramProvider {
    static let kind = ProviderKind("telegram", routes: [.telegram], required: ["BELFRY_TELEGRAM_TOKEN"]) { reader, _ in
        let token = reader.secret("BELFRY_TELEGRAM_TOKEN", form: "<number>:<word>", "The bot that writes.")
        let url = reader.serviceURL("BELFRY_TELEGRAM_URL", default: TelegramConfiguration.defaultURL, of: "Telegram")
        guard let token, let url else { return nil }
        let configuration = TelegramConfiguration(token: token, url: url)
        return ProviderSetup { outbound, _ in TelegramProvider(configuration: configuration, outbound: outbound) }
    }
}
