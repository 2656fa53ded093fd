import CryptoExtras
import Foundation
import NIOSSL
import Notifications
import Synchronization

/// The keys that Amazon SNS signs with, fetched once each.
final class SNSCertificates: Sendable {
    /// Amazon changes its certificate about once a year; more URLs than this are somebody's play.
    private static let capacity = 16

    let fetch: @Sendable (String) async throws -> [UInt8]
    private let keys = Mutex<[String: _RSA.Signing.PublicKey]>([:])

    init(fetch: @escaping @Sendable (String) async throws -> [UInt8]) {
        self.fetch = fetch
    }

    func key(at url: String) async throws(ReceiptRefusal) -> _RSA.Signing.PublicKey {
        if let known = keys.withLock({ $0[url] }) { return known }
        let key: _RSA.Signing.PublicKey
        do {
            let certificate = try NIOSSLCertificate(bytes: try await fetch(url), format: .pem)
            key = try _RSA.Signing.PublicKey(derRepresentation: try certificate.extractPublicKey().toSPKIBytes())
        } catch {
            throw .unsigned("The certificate of the signature could not be had.")
        }
        keys.withLock { keys in
            if keys.count >= SNSCertificates.capacity { keys = [:] }
            keys[url] = key
        }
        return key
    }

    /// Whether the host is one of SNS's own: whoever may choose it may sign.
    static func isAmazons(_ url: String) -> Bool {
        guard let parts = URLComponents(string: url), parts.scheme == "https", parts.port == nil, parts.user == nil,
            let host = parts.host
        else { return false }
        return host.wholeMatch(of: /sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/) != nil
    }

    /// The lines that SNS signs: names and values in the order of their names, those that are there.
    static func signedText(of envelope: JSON) -> Data? {
        let type = envelope["Type"]?.string
        let names =
            type == "Notification"
            ? ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
            : ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
        var text = ""
        for name in names {
            guard let value = envelope[name]?.string else {
                if name == "Subject" { continue }
                return nil
            }
            text += "\(name)\n\(value)\n"
        }
        return Data(text.utf8)
    }
}
