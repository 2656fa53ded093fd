public import Outbound

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
