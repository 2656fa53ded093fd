import Documents
import Foundation
import Notifications
import Testing

@Suite struct KeyStoreTests {
    static func key(_ id: String, created: Date = Sample.moment, expires: Date? = nil) -> KeyStore.StoredKey {
        KeyStore.StoredKey(
            id: id, tenant: "acme", name: "ci", secretHash: Array(0..<32), scopes: [.send, .read],
            createdAt: created, expiresAt: expires)
    }

    @Test func keysAreKeptAndListedByAge() async throws {
        try await withDatabase { database in
            let store = KeyStore(pool: database.pool)
            let young = Self.key("young", expires: Sample.moment.addingTimeInterval(60))
            let old = Self.key("old", created: Sample.moment.addingTimeInterval(-60))
            try await store.insert(young)
            try await store.insert(old)
            #expect(try await store.key("young") == young)
            #expect(try await store.key("none") == nil)
            #expect(try await store.keys() == [old, young])
        }
    }

    @Test func aRevokedKeyStaysRevokedSinceTheFirstTime() async throws {
        try await withDatabase { database in
            let store = KeyStore(pool: database.pool)
            try await store.insert(Self.key("k"))
            #expect(try await store.revoke("k"))
            let revoked = try #require(try await store.key("k"))
            #expect(revoked.revokedAt != nil)
            #expect(!revoked.isValid(at: Sample.moment))
            #expect(try await store.revoke("k"))
            #expect(try await store.key("k") == revoked)
            #expect(try await !store.revoke("none"))
        }
    }

    @Test func aKeyIsValidUntilItExpires() {
        let key = Self.key("k", expires: Sample.moment)
        #expect(key.isValid(at: Sample.moment.addingTimeInterval(-1)))
        #expect(!key.isValid(at: Sample.moment))
        #expect(Self.key("k").isValid(at: .distantFuture))
    }
}
