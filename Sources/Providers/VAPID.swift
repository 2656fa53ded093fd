import Crypto
import Foundation
import Notifications
import Synchronization

/// Says to push services who we are, so that they can tell whose messages they take, and whom to write to.
///
/// A token is good for all subscriptions of one service, and is used for half its life.
///
/// **Source:** RFC 8292 §2, §3.
final class VAPID: Sendable {
    /// The longest that a service must accept is 24 hours (§2).
    static let life: TimeInterval = 12 * 3600
    /// Services are few; whoever calls us can name more of them.
    static let maximumTokens = 64

    private struct Token {
        var header: String
        var goodUntil: Date
    }

    private let key: P256.Signing.PrivateKey
    private let subject: String
    private let tokens = Mutex<[String: Token]>([:])

    init(_ configuration: WebPushConfiguration) {
        key = configuration.key
        subject = configuration.subject
    }

    /// The `Authorization` for an endpoint of this origin.
    func authorization(for origin: String, at now: Date) throws -> String {
        if let token = tokens.withLock({ $0[origin] }), token.goodUntil > now { return token.header }
        let token = Token(
            header: try header(for: origin, at: now), goodUntil: now.addingTimeInterval(VAPID.life / 2))
        tokens.withLock { tokens in
            if tokens.count >= VAPID.maximumTokens { tokens = [:] }
            tokens[origin] = token
        }
        return token.header
    }

    private func header(for origin: String, at now: Date) throws -> String {
        let expiry = Int(now.addingTimeInterval(VAPID.life).timeIntervalSince1970)
        let token = try JSONWebToken.text(
            header: ["typ": "JWT", "alg": "ES256"],
            claims: ["aud": .string(origin), "exp": JSON(expiry), "sub": .string(subject)]
        ) { try key.signature(for: $0).rawRepresentation }
        // Some receivers refuse a space after the comma.
        return "vapid t=\(token),k=\(key.publicKey.x963Representation.base64URL)"
    }
}
