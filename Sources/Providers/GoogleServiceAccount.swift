import Crypto
import CryptoExtras
import Foundation
import HTTPTypes
import Notifications
import Outbound

/// An account of a program with Google, which gets access tokens by signing that it is itself.
///
/// **Source:** RFC 7523 §2.1, §3; Google Identity, "Using OAuth 2.0 for Server to Server Applications".
struct GoogleServiceAccount: Sendable {
    var email: String
    var keyId: String
    var key: _RSA.Signing.PrivateKey
    var tokenURL: ServiceURL

    static let scope = "https://www.googleapis.com/auth/firebase.messaging"
    /// Google wants its own name as the audience, wherever the request goes.
    static let audience = "https://oauth2.googleapis.com/token"
    /// The longest that Google allows.
    static let assertionLife = 3600

    func assertion(at now: Date) throws -> String {
        let issued = Int(now.timeIntervalSince1970)
        return try JSONWebToken.text(
            header: ["alg": "RS256", "typ": "JWT", "kid": .string(keyId)],
            claims: [
                "iss": .string(email), "scope": .string(Self.scope), "aud": .string(Self.audience),
                "iat": JSON(issued), "exp": JSON(issued + Self.assertionLife),
            ]
        ) { try key.signature(for: $0, padding: .insecurePKCS1v1_5).rawRepresentation }
    }

    /// Asks for a token. Nothing was sent to anybody whatever becomes of it.
    func token(
        by services: ServiceClient, timeout: Duration, at now: Date
    ) async -> Result<AccessToken, AccessToken.Failure> {
        guard let assertion = try? assertion(at: now) else { return .failure(.refused) }
        let form = "assertion=\(assertion)&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
        let request = OutboundRequest(
            method: .post, url: tokenURL.appending(""),
            headers: ["Content-Type": "application/x-www-form-urlencoded"], body: Array(form.utf8))
        do {
            return Self.token(in: try await services.send(request, timeout: timeout), at: now)
        } catch {
            return .failure(error == .notSent(.certificate) ? .refused : .unavailable)
        }
    }

    private static func token(
        in response: OutboundResponse, at now: Date
    ) -> Result<AccessToken, AccessToken.Failure> {
        let json = response.isTruncated ? nil : try? JSON(parsing: response.body)
        switch response.status {
        case 200:
            guard let text = json?["access_token"]?.string, let life = json?["expires_in"]?.int else {
                return .failure(.unavailable)
            }
            return .success(AccessToken(secret: Secret(text), expiresAt: now.addingTimeInterval(TimeInterval(life))))
        case 408, 429, 500...: return .failure(.unavailable)
        default:
            let transient = ["internal_failure", "server_error", "temporarily_unavailable"]
            return .failure(transient.contains(json?["error"]?.string ?? "") ? .unavailable : .refused)
        }
    }
}
