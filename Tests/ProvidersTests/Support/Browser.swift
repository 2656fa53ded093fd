import Crypto
import Foundation
import Notifications
import TestSupport
import Testing

@testable import Providers

/// The browser of RFC 8291, Appendix A.
enum Browser {
    static let publicKey =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    static let privateKey = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
    static let secret = "BTBZMqHH6r4Tts7J_aSIgg"

    static func subscription(endpoint: String) -> JSON {
        [
            "endpoint": .string(endpoint),
            "keys": ["p256dh": .string(publicKey), "auth": .string(secret)],
        ]
    }
}

extension WebPushConfiguration {
    /// The pair of RFC 8292 §2.4 has no private key; this one was made for the tests.
    static let testKey = "d_X7T0wuGgksJnefCu6yCkrb1crDOft-GTUn7ftlw64"

    static func test() throws -> WebPushConfiguration {
        try WebPushConfiguration(privateKey: testKey, subject: "mailto:ops@example.com")
    }
}
