import Crypto
import Foundation
import Notifications
public import Outbound
import SettingsReading

/// The key by which we may send to the operator's apps on Apple's devices.
public struct APNSConfiguration: Sendable {
    let key: P256.Signing.PrivateKey
    let keyId: String
    let teamId: String
    /// For devices that name no app: its bundle id.
    let topic: String
    let url: ServiceURL
    /// For devices whose `environment` is `sandbox`.
    let sandboxURL: ServiceURL

    public static let defaultURL = "https://api.push.apple.com"
    public static let defaultSandboxURL = "https://api.sandbox.push.apple.com"

    /// - Parameters:
    ///   - key: what is in the `.p8` file that Apple gives out once.
    ///   - keyId: its 10 characters.
    ///   - teamId: the 10 characters of the team.
    public init(
        key: String, keyId: String, teamId: String, topic: String, url: ServiceURL, sandboxURL: ServiceURL
    ) throws(ProvidersError) {
        func invalid(_ problem: String) -> ProvidersError { .invalidSetting(provider: "apns", problem: problem) }
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: key) else {
            throw invalid("the key is not a .p8 file's text")
        }
        guard [keyId, teamId].allSatisfy(APNSConfiguration.isTenCharacters) else {
            throw invalid("key id and team id must have 10 letters and digits")
        }
        guard APNSConfiguration.isTopic(topic) else { throw invalid("the topic is not a bundle id") }
        (self.key, self.keyId, self.teamId, self.topic) = (key, keyId, teamId, topic)
        (self.url, self.sandboxURL) = (url, sandboxURL)
    }

    /// Whether it can be a bundle id, or one with an ending for a kind of push.
    static func isTopic(_ text: String) -> Bool {
        1...255 ~= text.utf8.count && text.utf8.allSatisfy { $0.isUnreserved && $0 != UInt8(ascii: "~") }
    }

    private static func isTenCharacters(_ text: String) -> Bool {
        text.utf8.count == 10 && text.utf8.allSatisfy { $0.isUnreserved }
    }
}

extension APNSProvider {
    static let kind = ProviderKind(
        "apns", routes: [.apns],
        required: ["BELFRY_APNS_KEY", "BELFRY_APNS_KEY_ID", "BELFRY_APNS_TEAM_ID", "BELFRY_APNS_TOPIC"]
    ) { reader, _ in
        let keyId = reader.word("BELFRY_APNS_KEY_ID", form: "10 characters", "The id of the key for APNs.")
        let teamId = reader.word("BELFRY_APNS_TEAM_ID", form: "10 characters", "The team that the key is of.")
        let topic = reader.word(
            "BELFRY_APNS_TOPIC", form: "a bundle id", "The app of devices that do not name theirs.")
        let url = reader.serviceURL("BELFRY_APNS_URL", default: APNSConfiguration.defaultURL, of: "APNs")
        let sandboxURL = reader.serviceURL(
            "BELFRY_APNS_SANDBOX_URL", default: APNSConfiguration.defaultSandboxURL,
            of: "APNs for devices whose environment is `sandbox`")
        let configuration: APNSConfiguration? = reader.parsed(
            "BELFRY_APNS_KEY", form: "a .p8 file's text", fallback: "none", "The key for APNs.", isSecret: true,
            default: nil
        ) { key in
            guard let keyId, let teamId, let topic else {
                throw SettingsProblem("BELFRY_APNS_KEY_ID, BELFRY_APNS_TEAM_ID and BELFRY_APNS_TOPIC belong to it")
            }
            guard let url, let sandboxURL else { return nil }
            return try APNSConfiguration(
                key: key, keyId: keyId, teamId: teamId, topic: topic, url: url, sandboxURL: sandboxURL)
        }
        return configuration.map { configuration in
            ProviderSetup { outbound, _ in APNSProvider(configuration: configuration, outbound: outbound) }
        }
    }
}
