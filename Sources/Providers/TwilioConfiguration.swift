public import Outbound

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

    /// What verifies its callbacks, which it signs by the account's own token; nil where they are not asked for, or that
    /// is not known.
    public var receipts: TwilioReceipts? {
        keySid == nil && statusCallback != nil ? TwilioReceipts(authToken: token.value) : nil
    }

    public init(accountSid: String, keySid: String? = nil, token: Secret, sender: String, url: ServiceURL) {
        self.accountSid = accountSid
        self.keySid = keySid
        self.token = token
        self.sender = sender
        self.url = url
    }
}
