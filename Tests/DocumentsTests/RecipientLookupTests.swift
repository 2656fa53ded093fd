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
                            #expect(found[id]?.email == email)
                            #expect(found.count == (email == nil ? 0 : 1))
                        }
                    }
                    try await group.waitForAll()
                }
            }
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
