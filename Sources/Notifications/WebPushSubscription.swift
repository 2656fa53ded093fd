public import Foundation

/// A browser's subscription as its `PushSubscription.toJSON()` gives it:
///
///     {"endpoint": "https://…", "expirationTime": null, "keys": {"p256dh": "<base64url>", "auth": "<base64url>"}}
///
/// **Source:** W3C Push API §8, RFC 8291 §2.
public struct WebPushSubscription: Sendable, Hashable {
    public var endpoint: String
    /// The browser's public key: an uncompressed point of P-256, 65 bytes.
    public var publicKey: Data
    /// The secret that the browser shares with us, 16 bytes.
    public var secret: Data

    /// Reads the object, noting every problem; nil if there was one. Members beyond these are the browser's.
    public init?(_ fields: Fields) {
        let endpoint = fields.string("endpoint", maximum: 2048)
        let keys = fields.nested("keys")
        let publicKey = keys?.base64URL("p256dh", count: 65)
        let secret = keys?.base64URL("auth", count: 16)
        if fields.object["endpoint"] == nil { fields.note("endpoint", .missing, "is required") }
        if fields.object["keys"] == nil { fields.note("keys", .missing, "is required") }
        guard let endpoint, let publicKey, let secret else { return nil }
        (self.endpoint, self.publicKey, self.secret) = (endpoint, publicKey, secret)
    }
}

extension Fields {
    fileprivate func base64URL(_ name: String, count: Int) -> Data? {
        guard let text = string(name, maximum: 2 * count) else {
            if object[name] == nil { note(name, .missing, "is required") }
            return nil
        }
        guard let data = Data(base64URL: text), data.count == count else {
            note(name, .invalid, "must be \(count) bytes in base64url")
            return nil
        }
        return data
    }
}
