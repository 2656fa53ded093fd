public import Mail
import Notifications
public import Outbound
import SettingsReading

/// How Amazon SES is used.
public struct SESConfiguration: Sendable {
    public var account: AWSAccount
    /// The sender where the caller names no other; its domain is also that of every `Message-ID`.
    public var from: Mailbox
    /// The configuration set, which decides where SES reports events to.
    public var configurationSet: String?
    public var url: ServiceURL
    /// Whether its callbacks are taken, so that what it took is kept for them.
    public var sendsReceipts = false

    public init(account: AWSAccount, from: Mailbox, configurationSet: String? = nil, url: ServiceURL) {
        self.account = account
        self.from = from
        self.configurationSet = configurationSet
        self.url = url
    }
}

extension SESProvider {
    static let kind = ProviderKind(
        "ses", routes: [.email], required: SharedSettings.amazonVariables + ["BELFRY_EMAIL_FROM"]
    ) { reader, shared in
        let set = reader.word(
            "BELFRY_SES_CONFIGURATION_SET", form: "a name", "The configuration set, which says where events go.")
        let regional = shared.amazon.map { "https://email.\($0.region).amazonaws.com" }
        let url = reader.serviceURL("BELFRY_SES_URL", default: regional, shown: "the region's", of: "SES")
        let topics: Set<String> = reader.parsed(
            "BELFRY_SES_TOPICS", form: "ARNs, separated by commas", fallback: "none",
            "The SNS topics that Amazon SES publishes its events to.", default: []
        ) { Set($0.split(separator: ",").map { String($0) }) }
        var parser: ProviderSetup.Receiving?
        if !topics.isEmpty { parser = { outbound in SESReceipts(topics: topics, outbound: outbound) } }
        guard let account = shared.amazon, let sender = shared.sender, let url else {
            return ProviderSetup(receiptsBy: parser)
        }
        var configuration = SESConfiguration(account: account, from: sender, configurationSet: set, url: url)
        configuration.sendsReceipts = !topics.isEmpty
        return ProviderSetup(receiptsBy: parser) { [configuration] outbound, _ in
            SESProvider(configuration: configuration, outbound: outbound)
        }
    }
}
