import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

@testable import Documents

@Suite struct RecipientLookupTests {
    @Test func everyRequestGetsItsOwnUsersAndNobodyElses() async throws {
        try await withDatabase { database in
            let store = RecipientStore(pool: database.pool)
            for tenant in ["acme", "globex"] {
                for number in 0..<5 {
                    var user = Recipient(userId: "u\(number)")
                    user.email = "u\(number)@\(tenant).example"
                    _ = try await store.put(user, userId: "u\(number)", tenant: tenant, replacesDevices: false)
                }
            }
            try await serving(RecipientLookup(pool: database.pool)) { lookup in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<100 {
                        group.addTask {
                            let tenant = number % 2 == 0 ? "acme" : "globex"
                            let id = "u\(number % 7)"
                            let found = try await lookup.users([id, "nobody", id], tenant: tenant)
                            let email = number % 7 < 5 ? "\(id)@\(tenant).example" : nil
                            #expect(found[ExactText(id)]?.email == email)
                            #expect(found.count == (email == nil ? 0 : 1))
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    /// The same to `String`, and not to Postgres.
    @Test func usersWhoseIdsOnlyLookAlikeAreTwo() async throws {
        try await withDatabase { database in
            let ids = ["\u{E9}va", "e\u{301}va"]
            let store = RecipientStore(pool: database.pool)
            let users = ids.enumerated().map { place, id in
                var user = Recipient(userId: id)
                user.email = "\(place)@example.org"
                return UserReplacement(userId: id, recipient: user, replacesDevices: false)
            }
            #expect(try await store.put(users, tenant: "acme").count == 2)
            try await serving(RecipientLookup(pool: database.pool, lifetime: .seconds(600))) { lookup in
                lookup.cache.hear(.listening)
                for _ in 0..<2 {
                    let found = try await lookup.users(ids, tenant: "acme")
                    #expect(ids.map { found[ExactText($0)]?.email } == ["0@example.org", "1@example.org"])
                }
            }
        }
    }

    @Test func keptUserIsReadAgainOnceItIsNotAsBefore() async throws {
        try await withDatabase { database in
            try await serving(RecipientLookup(pool: database.pool, lifetime: .seconds(600))) { lookup in
                lookup.cache.hear(.listening)
                var store = RecipientStore(pool: database.pool)
                func email(_ user: String = "ada") async throws -> String? {
                    try await lookup.users([user], tenant: "acme")[ExactText(user)]?.email
                }
                func put(_ address: String) async throws {
                    var user = Recipient()
                    user.email = address
                    _ = try await store.put(user, userId: "ada", tenant: "acme", replacesDevices: false)
                }
                #expect(try await email() == nil)
                try await put("first@example.org")
                #expect(try await email() == "first@example.org", "who is not there is asked for again")
                try await put("second@example.org")
                #expect(try await email() == "first@example.org", "nobody told")
                store.onChange = { entries in entries.forEach { lookup.cache.hear(.stale($0)) } }
                try await put("third@example.org")
                #expect(try await email() == "third@example.org")
                #expect(try await lookup.users(["ada"], tenant: "globex").isEmpty)
            }
        }
    }

    @Test func everyoneWhoIsNotAsBeforeIsTold() async throws {
        try await withDatabase { database in
            let told = Collected<StaleEntry>()
            var store = RecipientStore(pool: database.pool)
            store.onChange = { told.add($0) }
            func expect(_ users: String..., by change: () async throws -> Void) async throws {
                let before = told.elements.count
                try await change()
                #expect(
                    Set(told.elements.dropFirst(before))
                        == Set(users.map { StaleEntry(.recipients, tenant: "acme", key: $0) }))
            }
            let phone = Sample.device("phone")
            try await expect("ada") {
                _ = try await store.put(Recipient(), userId: "ada", tenant: "acme", replacesDevices: false)
            }
            _ = try await store.put(Recipient(), userId: "bob", tenant: "acme", replacesDevices: false)
            try await expect("ada") { _ = try await store.put(phone, userId: "ada", tenant: "acme") }
            try await expect("ada", "bob") { _ = try await store.put(phone, userId: "bob", tenant: "acme") }
            var ada = Recipient()
            ada.devices = [phone]
            try await expect("ada", "bob") {
                _ = try await store.put(ada, userId: "ada", tenant: "acme", replacesDevices: true)
            }
            try await expect("ada") { _ = try await store.removeDevice("phone", userId: "ada", tenant: "acme") }
            try await expect { _ = try await store.removeDevice("phone", userId: "ada", tenant: "acme") }
            try await expect { _ = try await store.put(phone, userId: "nobody", tenant: "acme") }
        }
    }

    @Test func whoeverWaitsWhenPostgresIsAwayIsToldSoAtOnce() async throws {
        var nowhere = try PostgresConfiguration(url: "postgresql:///belfry?host=/nowhere")
        nowhere.connectTimeout = .milliseconds(200)
        let pool = PostgresPool(nowhere, logger: quiet)
        try await serving(RecipientLookup(pool: pool)) { lookup in
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        let error = await #expect(throws: DocumentsError.self) {
                            try await lookup.users(["u\(number)"], tenant: "acme")
                        }
                        #expect(error?.isUnavailable == true)
                    }
                }
            }
        }
        await pool.close()
    }

    @Test func moreThanItsCapacityIsRefusedWithoutAsking() async throws {
        let pool = PostgresPool(try PostgresConfiguration(url: "postgresql:///belfry?host=/nowhere"), logger: quiet)
        let lookup = RecipientLookup(pool: pool, capacity: 0)
        let error = await #expect(throws: DocumentsError.self) {
            try await lookup.users(["ada"], tenant: "acme")
        }
        if case .overloaded = error {} else { Issue.record("\(String(describing: error))") }
        await pool.close()
    }

    private func serving(
        _ lookup: RecipientLookup, _ body: (RecipientLookup) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await lookup.run() }
            defer { group.cancelAll() }
            try await body(lookup)
        }
    }
}

extension DocumentsError {
    fileprivate var isUnavailable: Bool { if case .unavailable = self { true } else { false } }
}
