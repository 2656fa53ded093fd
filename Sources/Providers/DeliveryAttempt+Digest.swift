import Crypto
import Foundation
import Notifications

extension DeliveryAttempt {
    /// The same over the attempts of a round and of no other: whoever gets it twice can tell.
    var digest: String { idempotencyKey.digest }
}

extension String {
    /// 32 hexadecimal digits that stand for it.
    var digest: String {
        SHA256.hash(data: Data(utf8)).prefix(16).map { String(format: "%02x", $0) }.joined()
    }
}
