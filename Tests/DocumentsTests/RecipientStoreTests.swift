import Foundation
import Notifications
import Postgres
import Testing

@testable import Documents

@Suite struct RecipientStoreTests {
    static let ada = {
        var user = Recipient(userId: "ada")
        user.email = "ada@example.org"
        user.phone = "+46701234567"
        user.chat = [.slack: "https://hooks.slack.com/services/T/B/x"]
        user.locale = "sv"
        user.timezone = "Europe/Stockholm"
        user.attributes = JSONObject([("plan", "gold")])
        user.devices = [Sample.device("phone"), Sample.device("tablet", .apns)]
        return user
    }()

    @Test func whatIsPutIsGot() async throws {
        try await withDatabase { database in
            let store = RecipientStore(pool: database.pool)
            #expect(try await store.user("ada", tenant: "acme") == nil)
            let isNew = try await store.put(Self.ada, userId: "ada", tenant: "acme", replacesDevices: true)
            #expect(isNew)
            #expect(try await store.user("ada", tenant: "acme") == Self.ada)
            #expect(try await store.user("ada", tenant: "globex") == nil)
            let ada = TenantUser(tenant: "acme", userId: "ada")
            let others = [TenantUser(tenant: "acme", userId: "bob"), TenantUser(tenant: "globex", userId: "ada")]
            #expect(try await store.users(others + [ada]) == [ada: Self.ada])
        }
    }

    @Test func puttingAgainReplacesTheProfile() async throws {
        try await withDatabase { database in
            let store = RecipientStore(pool: database.pool)
            _ = try await store.put(Self.ada, userId: "ada", tenant: "acme", replacesDevices: true)
            var changed = Recipient(userId: "ada")
            changed.email = "new@example.org"
            #expect(try await !store.put(changed, userId: "ada", tenant: "acme", replacesDevices: false))
            changed.devices = Self.ada.devices
            #expect(try await store.user("ada", tenant: "acme") == changed, "devices are left alone")
            changed.devices = [Sample.device("watch"), Sample.device("tablet", .fcm)].sorted { $0.id < $1.id }
            #expect(try await !store.put(changed, userId: "ada", tenant: "acme", replacesDevices: true))
            #expect(try await store.user("ada", tenant: "acme") == changed, "devices are replaced")
        }
    }

    @Test func oneDeviceIsAddedOrReplaced() async throws {
        try await withDatabase { database in
            let store = RecipientStore(pool: database.pool)
            #expect(try await !store.put(Sample.device("a"), userId: "ada", tenant: "acme"), "nobody has it")
            _ = try await store.put(Recipient(), userId: "ada", tenant: "acme", replacesDevices: false)
            #expect(try await store.put(Sample.device("a"), userId: "ada", tenant: "acme"))
            #expect(try await store.put(Sample.device("b"), userId: "ada", tenant: "acme"))
            #expect(try await store.put(Sample.device("a", .apns), userId: "ada", tenant: "acme"))
            #expect(
                try await store.user("ada", tenant: "acme")?.devices
                    == [Sample.device("a", .apns), Sample.device("b")])
        }
    }

    @Test func aUserHasAtMostFiftyDevicesAlsoWhenManyComeAtOnce() async throws {
        try await withDatabase { database in
            let store = RecipientStore(pool: database.pool)
            var user = Recipient(userId: "ada")
            user.devices = (0..<45).map { Sample.device("old-\($0)") }
            _ = try await store.put(user, userId: "ada", tenant: "acme", replacesDevices: true)
            let added = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        try await store.put(Sample.device("new-\(number)"), userId: "ada", tenant: "acme")
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(added.count(where: \.self) == 5)
            #expect(try await database.count("devices") == 50)
            #expect(try await store.put(Sample.device("old-7", .apns), userId: "ada", tenant: "acme"))
        }
    }
}
