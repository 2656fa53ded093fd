import Documents
import Notifications
import Testing

@Suite struct RecipientListTests {
    private func put(_ ids: [String], tenant: String = "acme", in database: TestDatabase) async throws {
        let store = RecipientStore(pool: database.pool)
        for id in ids {
            var user = Recipient()
            user.email = "\(id)@example.org"
            user.devices = [Device(id: "phone", route: .fcm, token: "token-of-\(id)")]
            _ = try await store.put(user, userId: id, tenant: tenant, replacesDevices: true)
        }
    }

    @Test func usersAreListedByTheirIds() async throws {
        try await withDatabase { database in
            try await put(["carol", "ada", "bob", "dan", "adam"], in: database)
            try await put(["eve"], tenant: "globex", in: database)
            let store = RecipientStore(pool: database.pool)
            let first = try await store.page(tenant: "acme", after: nil, limit: 3)
            #expect(first.items.map(\.userId) == ["ada", "adam", "bob"])
            #expect(first.items.first == (try await store.user("ada", tenant: "acme")))
            let second = try await store.page(tenant: "acme", after: first.next, limit: 3)
            #expect(second.items.map(\.userId) == ["carol", "dan"])
            #expect(second.next == nil)
            let found = try await store.page(prefix: "ada", tenant: "acme", after: nil, limit: 3)
            #expect(found.items.map(\.userId) == ["ada", "adam"])
        }
    }

    @Test func removedDeviceIsGoneAndNoOther() async throws {
        try await withDatabase { database in
            try await put(["ada", "bob"], in: database)
            let store = RecipientStore(pool: database.pool)
            #expect(try await store.removeDevice("phone", userId: "ada", tenant: "globex") == false)
            #expect(try await store.removeDevice("tablet", userId: "ada", tenant: "acme") == false)
            #expect(try await store.removeDevice("phone", userId: "ada", tenant: "acme"))
            #expect(try await store.removeDevice("phone", userId: "ada", tenant: "acme") == false)
            #expect(try await store.user("ada", tenant: "acme")?.devices == [])
            #expect(try await store.user("bob", tenant: "acme")?.devices.count == 1)
        }
    }
}
