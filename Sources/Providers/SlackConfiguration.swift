import Notifications
public import Outbound
import SettingsReading

/// How Slack is used. Webhooks need nothing of it.
public struct SlackConfiguration: Sendable {
    public static let defaultURL = "https://slack.com"

    /// `xoxb-…`, for addresses that are channels; nil where all are webhooks.
    public var token: Secret?
    public var url: ServiceURL

    public init(token: Secret? = nil, url: ServiceURL) {
        self.token = token
        self.url = url
    }
}

extension SlackProvider {
    static let kind = ProviderKind("slack", routes: [.slack]) { reader, _ in
        let token = reader.secret(
            "BELFRY_SLACK_TOKEN", form: "xoxb-…", "The app that posts to channels; webhooks need none.")
        let url = reader.serviceURL("BELFRY_SLACK_URL", default: SlackConfiguration.defaultURL, of: "Slack")
        guard let url else { return nil }
        let configuration = SlackConfiguration(token: token, url: url)
        return ProviderSetup { outbound, _ in SlackProvider(configuration: configuration, outbound: outbound) }
    }
}
