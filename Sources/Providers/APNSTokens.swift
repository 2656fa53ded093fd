import Crypto
import Foundation
import Notifications
import Synchronization

/// The provider token, one for all that we send.
///
/// APNs takes none that is an hour old, and answers 429 to who makes one more often than every 20 minutes, for as long as
/// that lasts; so it is made anew after 50 minutes, or when APNs says that it is too old, but not within 20.
///
/// **Source:** Apple, "Establishing a token-based connection to APNs".
final class APNSTokens: Sendable {
    static let life: TimeInterval = 50 * 60
    static let shortestLife: TimeInterval = 20 * 60

    private struct Token {
        var text: String
        var issuedAt: Date
    }

    private let key: P256.Signing.PrivateKey
    private let keyId: String
    private let teamId: String
    private let current = Mutex<Token?>(nil)

    init(_ configuration: APNSConfiguration) {
        (key, keyId, teamId) = (configuration.key, configuration.keyId, configuration.teamId)
    }

    /// - Parameter refused: a token that APNs called expired; the same one comes back where no other may be made.
    func token(insteadOf refused: String? = nil, at now: Date) throws -> String {
        try current.withLock { current in
            if let token = current {
                let age = now.timeIntervalSince(token.issuedAt)
                // A clock that was set back would keep it for ever.
                let isGood = (0..<APNSTokens.life).contains(age)
                let mayBeReplaced = age < 0 || age >= APNSTokens.shortestLife
                if isGood, token.text != refused || !mayBeReplaced { return token.text }
            }
            let token = Token(text: try sign(at: now), issuedAt: now)
            current = token
            return token.text
        }
    }

    private func sign(at now: Date) throws -> String {
        try JSONWebToken.text(
            header: ["alg": "ES256", "kid": .string(keyId)],
            claims: ["iss": .string(teamId), "iat": JSON(Int(now.timeIntervalSince1970))]
        ) { try key.signature(for: $0).rawRepresentation }
    }
}
