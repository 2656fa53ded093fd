import Crypto
import CryptoExtras
import Foundation
import Notifications

/// Belfry's own links for unsubscribing. Each names who would be unsubscribed, sealed: nobody else can make one, and
/// whoever sees one learns nothing of the address but about how long it is.
///
///     <public URL>/v1/unsubscribe/<base64url of the ciphertext of "tenant NUL address" and its tag>
///
/// The same reader always gets the same link, so a message is the same over all its attempts: AES-GCM-SIV may be given
/// the same nonce each time, and then shows no more than whether two of its messages are equal.
///
/// Links stay in mailboxes for years. What makes them must not change, unless what opens them knows the old ones too.
///
/// **Source:** RFC 8452 (AES-GCM-SIV), RFC 5869 (HKDF).
public struct UnsubscribeLinks: Sendable {
    /// Who gets no more marketing.
    public struct Reader: Sendable, Hashable {
        public var tenant: String
        public var address: String

        public init(tenant: String, address: String) {
            self.tenant = tenant
            self.address = address
        }
    }

    /// Why no links can be made of the settings. Nothing here repeats a secret.
    public enum Problem: Error, Sendable, Hashable, CustomStringConvertible {
        case invalidSecret(position: Int)
        case invalidURL

        public var description: String {
            switch self {
            case .invalidSecret(let position): "secret \(position) is not 24 to 64 bytes in base64"
            case .invalidURL:
                "the public URL must be https, and at most \(UnsubscribeLinks.maximumURLLength) bytes of plain ASCII"
            }
        }
    }

    /// What stands in the API's path before the token.
    public static let path = "/v1/unsubscribe/"

    /// Leaves room in a header's line for the longest token.
    static let maximumURLLength = 300
    private static let nonce = Data(count: 12)

    private let base: String
    /// The first one seals, all open.
    private let keys: [SymmetricKey]

    /// - Parameters:
    ///   - publicURL: where the world reaches the API, by https and without a slash at its end.
    ///   - secrets: each 24 to 64 random bytes in base64, the newest first; at least one.
    public init(publicURL: String, secrets: [String]) throws(Problem) {
        base = publicURL + UnsubscribeLinks.path
        guard publicURL.utf8.count <= UnsubscribeLinks.maximumURLLength, (try? UnsubscribeURL(base))?.isHTTPS == true
        else { throw .invalidURL }
        guard !secrets.isEmpty else { throw .invalidSecret(position: 1) }
        var keys: [SymmetricKey] = []
        for (index, secret) in secrets.enumerated() {
            guard let bytes = Data(base64Encoded: secret), 24...64 ~= bytes.count else {
                throw .invalidSecret(position: index + 1)
            }
            keys.append(UnsubscribeLinks.key(of: bytes))
        }
        self.keys = keys
    }

    /// One of its own for these links, so that the same secret may seal others.
    private static func key(of secret: Data) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), info: Data("belfry unsubscribe".utf8), outputByteCount: 32)
    }

    /// Nil only for a reader without a tenant or an address.
    public func url(for reader: Reader) -> String? {
        guard !reader.tenant.isEmpty, !reader.address.isEmpty,
            let sealed = try? AES.GCM._SIV.seal(
                Data("\(reader.tenant)\0\(reader.address)".utf8), using: keys[0],
                nonce: AES.GCM._SIV.Nonce(data: UnsubscribeLinks.nonce))
        else { return nil }
        return base + (sealed.ciphertext + sealed.tag).base64URL
    }

    /// Whom a token names; nil for one that was not made here.
    public func reader(token: String) -> Reader? {
        // One way to write each token: the last character may have bits that say nothing.
        guard let sealed = Data(base64URL: token), sealed.base64URL == token,
            let box = try? AES.GCM._SIV.SealedBox(combined: UnsubscribeLinks.nonce + sealed)
        else { return nil }
        for key in keys {
            guard let opened = try? AES.GCM._SIV.open(box, using: key) else { continue }
            let parts = opened.split(separator: 0, maxSplits: 1).map { String(decoding: $0, as: UTF8.self) }
            return parts.count == 2 ? Reader(tenant: parts[0], address: parts[1]) : nil
        }
        return nil
    }
}
