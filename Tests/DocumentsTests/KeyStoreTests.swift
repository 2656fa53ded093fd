import Documents
import Foundation
import Notifications
import Postgres
import Synchronization
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
            var young = Self.key("young", expires: Sample.moment.addingTimeInterval(60))
            let old = Self.key("old", created: Sample.moment.addingTimeInterval(-60))
            young.rate = 200
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

    @Test func aRotatedKeyGoesOnUntilTheOverlapIsOver() async throws {
        try await withDatabase { database in
            let store = KeyStore(pool: database.pool)
            let now: Date = try await database.pool.query("SELECT now()")[0].get(0)
            var old = Self.key("old", created: now)
            old.rate = 200
            try await store.insert(old)
            #expect(try await store.rotate("old", to: "new", secretHash: [7], overlap: .seconds(3600)))
            let new = try #require(try await store.key("new"))
            #expect(new.tenant == "acme" && new.name == "ci" && new.scopes == [.send, .read] && new.rate == 200)
            #expect(new.secretHash == [7] && new.expiresAt == nil && new.isValid(at: now))
            let end = try #require(try await store.key("old")?.expiresAt)
            #expect((3590...3660).contains(end.timeIntervalSince(now)))

            #expect(try await store.rotate("new", to: "newest", secretHash: [8], overlap: .zero))
            #expect(try await store.key("new")?.isValid(at: now.addingTimeInterval(60)) == false)
        }
    }

    @Test func aRotatedKeyLivesNoLongerThanItWould() async throws {
        try await withDatabase { database in
            let store = KeyStore(pool: database.pool)
            let now: Date = try await database.pool.query("SELECT now()")[0].get(0)
            let old = Self.key("old", created: now.addingTimeInterval(-3000), expires: now.addingTimeInterval(600))
            try await store.insert(old)
            #expect(try await store.rotate("old", to: "new", secretHash: [7], overlap: .seconds(3600)))
            #expect(try await store.key("old")?.expiresAt == old.expiresAt, "its end was nearer than the overlap's")
            let end = try #require(try await store.key("new")?.expiresAt)
            #expect((3590...3660).contains(end.timeIntervalSince(now)), "as long as the old one from its beginning")
        }
    }

    @Test func neverMoreThanTwoOfAKeyAreGood() async throws {
        try await withDatabase { database in
            let store = KeyStore(pool: database.pool)
            let now: Date = try await database.pool.query("SELECT now()")[0].get(0)
            func good() async throws -> [String] {
                // A moment on, as what ended did so after `now`.
                try await store.keys().filter { $0.isValid(at: now.addingTimeInterval(60)) }.map(\.id).sorted()
            }
            try await store.insert(Self.key("a", created: now))
            #expect(try await store.rotate("a", to: "b", secretHash: [1], overlap: .seconds(3600)))
            #expect(try await good() == ["a", "b"])
            #expect(try await !store.rotate("a", to: "x", secretHash: [2], overlap: .seconds(3600)), "b replaced it")
            #expect(try await store.rotate("b", to: "c", secretHash: [3], overlap: .seconds(3600)))
            #expect(try await good() == ["b", "c"])
            #expect(try await store.revoke("c"))
            #expect(try await store.rotate("b", to: "d", secretHash: [4], overlap: .seconds(3600)), "c is lost")
            #expect(try await good() == ["b", "d"])
            #expect(try await store.key("d")?.expiresAt == nil, "as long as c would have been good")
        }
    }

    @Test func everybodyIsToldOfAllThatARotationEnds() async throws {
        try await withDatabase { database in
            let told = Mutex<[StaleEntry]>([])
            var store = KeyStore(pool: database.pool)
            store.onChange = { entries in told.withLock { $0 += entries } }
            try await store.insert(Self.key("a"))
            #expect(try await store.rotate("a", to: "b", secretHash: [1], overlap: .seconds(3600)))
            #expect(told.withLock(\.self) == [StaleEntry(.keys, tenant: "", key: "a")])
            told.withLock { $0 = [] }
            #expect(try await store.rotate("b", to: "c", secretHash: [2], overlap: .seconds(3600)))
            #expect(Set(told.withLock { $0.map(\.key) }) == ["a", "b"], "a ends at once")
        }
    }

    @Test func aRotatedKeyEndsWhenItIsToldTo() async throws {
        try await withDatabase { database in
            let store = KeyStore(pool: database.pool)
            let now: Date = try await database.pool.query("SELECT now()")[0].get(0)
            try await store.insert(Self.key("endless", created: now))
            try await store.insert(Self.key("short", created: now, expires: now.addingTimeInterval(60)))
            let end = now.addingTimeInterval(600)
            #expect(try await store.rotate("endless", to: "a", secretHash: [1], overlap: .zero, until: end))
            #expect(try await store.rotate("short", to: "b", secretHash: [2], overlap: .zero, until: end))
            #expect(try await store.key("a")?.expiresAt == end)
            #expect(try #require(try await store.key("b")?.expiresAt) < end)
        }
    }

    @Test func ofTwoRotationsAtOnceOneWins() async throws {
        try await withDatabase { database in
            let store = KeyStore(pool: database.pool)
            try await store.insert(Self.key("a"))
            let won = try await withThrowingTaskGroup(of: Bool.self) { group in
                for place in 0..<5 {
                    group.addTask {
                        try await store.rotate("a", to: "b\(place)", secretHash: [1], overlap: .seconds(3600))
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(won == 1)
            #expect(try await store.keys().count == 2)
        }
    }

    @Test func useIsKeptOnceAMinute() async throws {
        try await withDatabase { database in
            let store = KeyStore(pool: database.pool)
            try await store.insert(Self.key("k"))
            #expect(try await store.key("k")?.lastUsedAt == nil)
            try await store.noteUse(of: "k")
            let first = try #require(try await store.key("k")?.lastUsedAt)
            try await store.noteUse(of: "k")
            #expect(try await store.key("k")?.lastUsedAt == first)
            try await database.pool.query("UPDATE api_keys SET last_used_at = now() - interval '61 s'")
            try await store.noteUse(of: "k")
            #expect(try #require(try await store.key("k")?.lastUsedAt) >= first)
        }
    }

    @Test func aPageHasOnesOwnKeysByAge() async throws {
        try await withDatabase { database in
            let store = KeyStore(pool: database.pool)
            for place in 0..<3 {
                try await store.insert(Self.key("k\(place)", created: Sample.moment.addingTimeInterval(Double(-place))))
            }
            var other = Self.key("other")
            other.tenant = "globex"
            try await store.insert(other)
            let first = try await store.page(tenant: "acme", after: nil, limit: 2)
            #expect(first.items.map(\.id) == ["k2", "k1"] && first.next == "k1")
            let second = try await store.page(tenant: "acme", after: first.next, limit: 2)
            #expect(second.items.map(\.id) == ["k0"] && second.next == nil)
            #expect(try await store.page(tenant: "acme", after: "other", limit: 2).items.isEmpty)
            #expect(try await store.key("other", tenant: "acme") == nil)
            #expect(try await !store.revoke("other", tenant: "acme"))
        }
    }

    @Test func onlyAGoodKeyIsRotated() async throws {
        try await withDatabase { database in
            let store = KeyStore(pool: database.pool)
            try await store.insert(Self.key("expired", expires: Sample.moment))
            try await store.insert(Self.key("revoked"))
            #expect(try await store.revoke("revoked"))
            for id in ["expired", "revoked", "none"] {
                #expect(try await !store.rotate(id, to: "new", secretHash: [7], overlap: .seconds(60)))
            }
            #expect(try await store.keys().count == 2)
        }
    }

    @Test func aKeyIsValidUntilItExpires() {
        let key = Self.key("k", expires: Sample.moment)
        #expect(key.isValid(at: Sample.moment.addingTimeInterval(-1)))
        #expect(!key.isValid(at: Sample.moment))
        #expect(Self.key("k").isValid(at: .distantFuture))
    }
}
