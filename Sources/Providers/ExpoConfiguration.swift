public import Outbound

/// How we reach Expo's push service.
public struct ExpoConfiguration: Sendable {
    /// Needed where the operator has turned on "enhanced security for push notifications".
    let accessToken: Secret?
    let url: ServiceURL

    public static let defaultURL = "https://exp.host/--/api/v2"

    public init(accessToken: Secret?, url: ServiceURL) {
        (self.accessToken, self.url) = (accessToken, url)
    }
}
