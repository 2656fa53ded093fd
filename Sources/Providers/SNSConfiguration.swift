import Notifications
public import Outbound
import SettingsReading

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

extension SNSProvider {
    static let kind = ProviderKind("sns", routes: [.sms], required: SharedSettings.amazonVariables) { reader, shared in
        let sender = reader.line(
            "BELFRY_SNS_SENDER_ID", form: "a name", "The sender of SMS by SNS, where the country allows one.")
        let regional = shared.amazon.map { "https://sns.\($0.region).amazonaws.com" }
        let url = reader.serviceURL("BELFRY_SNS_URL", default: regional, shown: "the region's", of: "SNS")
        guard let account = shared.amazon, let url else { return nil }
        let configuration = SNSConfiguration(account: account, senderId: sender, url: url)
        return ProviderSetup { outbound, _ in SNSProvider(configuration: configuration, outbound: outbound) }
    }
}
