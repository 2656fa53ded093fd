public import Outbound

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
