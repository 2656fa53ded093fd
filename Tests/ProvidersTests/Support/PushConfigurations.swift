import Crypto
import CryptoExtras
import Notifications
import Outbound

@testable import Providers

extension FCMConfiguration {
    /// Made for this run.
    static let testKey = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }

    static func test(_ base: String) throws -> FCMConfiguration {
        let credentials: JSON = [
            "type": "service_account", "project_id": "shop-1", "private_key_id": "key-1",
            "private_key": .string(try testKey.get().pemRepresentation),
            "client_email": "belfry@shop-1.iam.gserviceaccount.com", "token_uri": .string(base + "/token"),
        ]
        return try FCMConfiguration(credentials: credentials.text, url: ServiceURL(base))
    }
}

extension APNSConfiguration {
    /// Made for this run.
    static let testKey = P256.Signing.PrivateKey()

    static func test(_ base: String, sandbox: String = "http://127.0.0.1:1") throws -> APNSConfiguration {
        try APNSConfiguration(
            key: testKey.pemRepresentation, keyId: "ABC123DEFG", teamId: "DEF123GHIJ", topic: "com.example.shop",
            url: ServiceURL(base), sandboxURL: ServiceURL(sandbox))
    }
}
