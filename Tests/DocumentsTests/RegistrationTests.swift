import Documents
import Foundation
import Notifications
import Testing

/// A token belongs to whoever registered it last.
@Suite struct RegistrationTests {
    private func ids(_ user: String, _ store: RecipientStore, tenant: String = "acme") async throws -> [String]? {
        try await store.user(user, tenant: tenant)?.devices.map(\.id)
    }

    @Test(arguments: [
        Device(id: "phone", route: .fcm, token: "t"), Device(id: "phone", route: .fcm, installationId: "i"),
        Device(id: "phone", route: .webPush, subscription: ["endpoint": "https://push.example/1", "keys": [:]]),
        Device(id: "phone", route: .apns, token: String(repeating: "long", count: 1000)),
    ]) func whoSignsInOnAPhoneTakesItOver(device: Device) async throws {
        try await withDatabase { database in
            let store = RecipientStore(pool: database.pool)
            for (user, tenant) in [("ada", "acme"), ("bob", "acme"), ("ada", "globex")] {
                _ = try await store.put(Recipient(), userId: user, tenant: tenant, replacesDevices: false)
            }
            #expect(try await store.put(device, userId: "ada", tenant: "acme"))
            #expect(try await store.put(device, userId: "ada", tenant: "globex"))
            #expect(try await store.put(Sample.device("other"), userId: "ada", tenant: "acme"))
            #expect(try await store.put(device, userId: "bob", tenant: "acme"))
            #expect(try await ids("ada", store) == ["other"])
            #expect(try await ids("bob", store) == ["phone"])
            #expect(try await ids("ada", store, tenant: "globex") == ["phone"], "another tenant's is its own")
        }
    }

    @Test func reinstalledAppWithTheSameTokenIsOneDevice() async throws {
        try await withDatabase { database in
            let store = RecipientStore(pool: database.pool)
            var ada = Recipient(userId: "ada")
            ada.devices = [Device(id: "first", route: .fcm, token: "t"), Sample.device("other")]
            _ = try await store.put(ada, userId: "ada", tenant: "acme", replacesDevices: true)
            #expect(try await store.put(Device(id: "second", route: .fcm, token: "t"), userId: "ada", tenant: "acme"))
            #expect(try await ids("ada", store) == ["other", "second"])
        }
    }

    @Test func ofManyAtOnceOneHasIt() async throws {
        try await withDatabase { database in
            let store = RecipientStore(pool: database.pool)
            let users = (0..<8).map { "u\($0)" }
            for user in users {
                _ = try await store.put(Recipient(), userId: user, tenant: "acme", replacesDevices: false)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for user in users {
                    group.addTask { _ = try await store.put(Sample.device("phone"), userId: user, tenant: "acme") }
                }
                try await group.waitForAll()
            }
            #expect(try await database.count("devices") == 1)
        }
    }

    @Test func devicesSayWhenTheyWereLastSeen() async throws {
        try await withDatabase { database in
            let store = RecipientStore(pool: database.pool)
            _ = try await store.put(Recipient(), userId: "ada", tenant: "acme", replacesDevices: false)
            #expect(try await store.put(Sample.device("phone"), userId: "ada", tenant: "acme"))
            let first = try #require(try await store.devices(of: "ada", tenant: "acme").first)
            #expect(first.device == Sample.device("phone"))
            #expect(try await store.put(Sample.device("phone"), userId: "ada", tenant: "acme"))
            let again = try await store.devices(of: "ada", tenant: "acme")
            #expect(again.count == 1 && again[0].lastSeenAt > first.lastSeenAt)
        }
    }
}
