import Notifications
public import Outbound
import SettingsReading

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

extension ExpoProvider {
    static let kind = ProviderKind("expo", routes: [.expo]) { reader, _ in
        let url = reader.serviceURL("BELFRY_EXPO_URL", default: ExpoConfiguration.defaultURL, of: "Expo")
        let accessToken = reader.secret(
            "BELFRY_EXPO_ACCESS_TOKEN", form: "a token", "For projects with enhanced push security.")
        guard let url else { return nil }
        let configuration = ExpoConfiguration(accessToken: accessToken, url: url)
        return ProviderSetup { outbound, _ in ExpoProvider(configuration: configuration, outbound: outbound) }
    }
}
