import Crypto
import Foundation
import Notifications
import SettingsReading

/// Who we are to push services. Browsers subscribe with the public key of this pair, so changing it makes all their
/// subscriptions useless.
public struct WebPushConfiguration: Sendable {
    let key: P256.Signing.PrivateKey
    let subject: String

    /// - Parameters:
    ///   - privateKey: 32 bytes in base64url, as the usual tools write it, or PEM.
    ///   - subject: where the push service can reach the operator, `mailto:…` or `https://…`.
    public init(privateKey: String, subject: String) throws(ProvidersError) {
        guard subject.hasPrefix("mailto:") || subject.hasPrefix("https://") else {
            throw .invalidSetting(provider: "webPush", problem: "the subject must begin with mailto: or https://")
        }
        guard let key = WebPushConfiguration.key(privateKey) else {
            throw .invalidSetting(
                provider: "webPush", problem: "the private key is neither 32 bytes in base64url nor PEM of P-256")
        }
        (self.key, self.subject) = (key, subject)
    }

    /// What an app hands to `pushManager.subscribe` as its `applicationServerKey`.
    public var publicKey: String { key.publicKey.x963Representation.base64URL }

    private static func key(_ text: String) -> P256.Signing.PrivateKey? {
        if text.contains("-----BEGIN") { return try? P256.Signing.PrivateKey(pemRepresentation: text) }
        return Data(base64URL: text).flatMap { try? P256.Signing.PrivateKey(rawRepresentation: $0) }
    }
}

extension WebPushProvider {
    static let kind = ProviderKind(
        "webPush", routes: [.webPush], required: ["BELFRY_VAPID_PRIVATE_KEY", "BELFRY_VAPID_SUBJECT"]
    ) { reader, _ in
        let subject = reader.word(
            "BELFRY_VAPID_SUBJECT", form: "mailto:… or https://…", "Where push services of browsers can reach you.")
        let configuration: WebPushConfiguration? = reader.parsed(
            "BELFRY_VAPID_PRIVATE_KEY", form: "base64url or PEM", fallback: "none",
            "The key that browsers subscribed with; changing it makes their subscriptions useless.", isSecret: true,
            default: nil
        ) { key in
            guard let subject else { throw SettingsProblem("BELFRY_VAPID_SUBJECT belongs to it") }
            return try WebPushConfiguration(privateKey: key, subject: subject)
        }
        return configuration.map { configuration in
            ProviderSetup { outbound, _ in WebPushProvider(configuration: configuration, outbound: outbound) }
        }
    }
}
