import CryptoExtras
import Foundation
import Notifications
public import Outbound
import SettingsReading

/// The Firebase project that notifications are sent for, and the service account that may.
public struct FCMConfiguration: Sendable {
    let projectId: String
    let account: GoogleServiceAccount
    let url: ServiceURL

    public static let defaultURL = "https://fcm.googleapis.com"

    /// - Parameters:
    ///   - credentials: the JSON that the Firebase console makes under "Service accounts".
    ///   - url: another one for tests.
    public init(credentials: String, url: ServiceURL) throws(ProvidersError) {
        func invalid(_ problem: String) -> ProvidersError { .invalidSetting(provider: "fcm", problem: problem) }
        guard let json = try? JSON(parsing: credentials), json["type"]?.string == "service_account" else {
            throw invalid("the credentials are not the JSON of a service account")
        }
        func member(_ name: String) throws(ProvidersError) -> String {
            guard let text = json[name]?.string, !text.isEmpty else { throw invalid("the credentials have no \(name)") }
            return text
        }
        projectId = try member("project_id")
        guard projectId.utf8.allSatisfy({ $0.isUnreserved }) else { throw invalid("the project_id is not one") }
        guard let key = try? _RSA.Signing.PrivateKey(pemRepresentation: try member("private_key")) else {
            throw invalid("the private_key is not one of RSA in PEM")
        }
        guard let tokenURL = try? ServiceURL(try member("token_uri")) else {
            throw invalid("the token_uri is not allowed")
        }
        account = GoogleServiceAccount(
            email: try member("client_email"), keyId: try member("private_key_id"), key: key, tokenURL: tokenURL)
        self.url = url
    }
}

extension UInt8 {
    /// Whether it may stand in a path as it is. **Source:** RFC 3986 §2.3.
    var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

extension FCMProvider {
    static let kind = ProviderKind("fcm", routes: [.fcm], required: ["BELFRY_FCM_CREDENTIALS"]) { reader, _ in
        let url = reader.serviceURL("BELFRY_FCM_URL", default: FCMConfiguration.defaultURL, of: "FCM")
        let configuration: FCMConfiguration? = reader.parsed(
            "BELFRY_FCM_CREDENTIALS", form: "JSON", fallback: "none",
            "The service account for FCM, as the Firebase console makes it.", isSecret: true, default: nil
        ) { text in try url.map { try FCMConfiguration(credentials: text, url: $0) } }
        return configuration.map { configuration in
            ProviderSetup { outbound, _ in FCMProvider(configuration: configuration, outbound: outbound) }
        }
    }
}
