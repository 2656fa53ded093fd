import Foundation
import Outbound
import Providers

extension Settings {
    /// Nil unless the credentials are set.
    static func fcm(_ reader: inout SettingsReader) -> FCMConfiguration? {
        let url = serviceURL(&reader, "BELFRY_FCM_URL", default: FCMConfiguration.defaultURL, of: "FCM")
        return reader.parsed(
            "BELFRY_FCM_CREDENTIALS", form: "JSON", fallback: "none",
            "The service account for FCM, as the Firebase console makes it.", isSecret: true, default: nil
        ) { text in try url.map { try FCMConfiguration(credentials: text, url: $0) } }
    }

    /// Nil unless all four are set.
    static func apns(_ reader: inout SettingsReader) -> APNSConfiguration? {
        let keyId = reader.word("BELFRY_APNS_KEY_ID", form: "10 characters", "The id of the key for APNs.")
        let teamId = reader.word("BELFRY_APNS_TEAM_ID", form: "10 characters", "The team that the key is of.")
        let topic = reader.word(
            "BELFRY_APNS_TOPIC", form: "a bundle id", "The app of devices that do not name theirs.")
        let url = serviceURL(&reader, "BELFRY_APNS_URL", default: APNSConfiguration.defaultURL, of: "APNs")
        let sandboxURL = serviceURL(
            &reader, "BELFRY_APNS_SANDBOX_URL", default: APNSConfiguration.defaultSandboxURL,
            of: "APNs for devices whose environment is `sandbox`")
        return reader.parsed(
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
    }

    /// Nil unless both are set.
    static func webPush(_ reader: inout SettingsReader) -> WebPushConfiguration? {
        let subject = reader.word(
            "BELFRY_VAPID_SUBJECT", form: "mailto:… or https://…", "Where push services of browsers can reach you.")
        return reader.parsed(
            "BELFRY_VAPID_PRIVATE_KEY", form: "base64url or PEM", fallback: "none",
            "The key that browsers subscribed with; changing it makes their subscriptions useless.", isSecret: true,
            default: nil
        ) { key in
            guard let subject else { throw SettingsProblem("BELFRY_VAPID_SUBJECT belongs to it") }
            return try WebPushConfiguration(privateKey: key, subject: subject)
        }
    }

    static func expo(_ reader: inout SettingsReader) -> ExpoConfiguration? {
        let url = serviceURL(&reader, "BELFRY_EXPO_URL", default: ExpoConfiguration.defaultURL, of: "Expo")
        let accessToken = reader.secret(
            "BELFRY_EXPO_ACCESS_TOKEN", form: "a token", "For projects with enhanced push security.")
        return url.map { ExpoConfiguration(accessToken: accessToken, url: $0) }
    }
}
