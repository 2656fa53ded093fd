public import Outbound

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
