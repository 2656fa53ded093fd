public import Outbound

/// How Amazon SNS is used for SMS.
public struct SNSConfiguration: Sendable {
    public var account: AWSAccount
    /// An alphanumeric sender, where the country allows one.
    public var senderId: String?
    public var url: ServiceURL

    public init(account: AWSAccount, senderId: String? = nil, url: ServiceURL) {
        self.account = account
        self.senderId = senderId
        self.url = url
    }
}
