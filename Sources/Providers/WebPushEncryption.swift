import Crypto
import Foundation
import Notifications

/// Encrypts a message for one browser, so that the push service between cannot read it.
///
/// **Source:** RFC 8291 §3, §4; RFC 8188 §2 for the format, always of one record.
struct WebPushEncryption {
    /// Of the encrypted body, which every push service must take (RFC 8030 §7.2).
    static let maximumBody = 4096
    /// The header of 86 bytes, the tag of 16 and the delimiter: what is left is for the message.
    static let maximumMessage = maximumBody - 103

    var subscription: WebPushSubscription
    /// Ours, for this message alone.
    var key = P256.KeyAgreement.PrivateKey()
    /// 16 bytes, for this message alone.
    var salt = Data(SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) })

    init(for subscription: WebPushSubscription) { self.subscription = subscription }

    /// - Throws: when the browser's key is no point on the curve.
    func encrypt(_ message: [UInt8]) throws -> [UInt8] {
        let theirs = try P256.KeyAgreement.PublicKey(x963Representation: subscription.publicKey)
        let ours = key.publicKey.x963Representation
        let shared = try key.sharedSecretFromKeyAgreement(with: theirs)
        let info = Data("WebPush: info\0".utf8) + subscription.publicKey + ours
        let material = shared.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: subscription.secret, sharedInfo: info, outputByteCount: 32)
        let contentKey = derive("Content-Encoding: aes128gcm\0", from: material, count: 16)
        let nonce = derive("Content-Encoding: nonce\0", from: material, count: 12).withUnsafeBytes { Array($0) }
        // 2 ends the last record.
        let sealed = try AES.GCM.seal(message + [2], using: contentKey, nonce: AES.GCM.Nonce(data: nonce))
        let recordSize = withUnsafeBytes(of: UInt32(WebPushEncryption.maximumBody).bigEndian, Array.init)
        return [UInt8](salt) + recordSize + [UInt8(ours.count)] + ours + sealed.ciphertext + sealed.tag
    }

    private func derive(_ info: String, from material: SymmetricKey, count: Int) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: material, salt: salt, info: Data(info.utf8), outputByteCount: count)
    }
}
