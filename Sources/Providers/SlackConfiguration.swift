public import Outbound

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
