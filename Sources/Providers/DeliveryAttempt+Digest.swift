import Crypto
import Foundation
import Notifications

extension DeliveryAttempt {
    /// 32 hexadecimal digits, the same over the attempts of a round and of no other: whoever gets it twice can tell.
    var digest: String {
        SHA256.hash(data: Data(idempotencyKey.utf8)).prefix(16).map { String(format: "%02x", $0) }.joined()
    }
}
