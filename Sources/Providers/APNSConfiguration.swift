import Crypto
import Foundation
public import Outbound

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
