import Documents
import Events
import LocalServers
import Notifications
import Postgres
import Redis
import TestSupport
import Testing

/// Users whom an API process keeps for minutes: nobody waits that long for a change.
struct LookupCacheTests {
    private static let send: JSON = ["to": ["userId": "u42"], "channels": ["email", "sms"], "title": "x"]

    /// The statuses of what is sent to the user now.
    private func statuses(_ client: Client) async throws -> [String] {
        let answer = try await client.send("POST", "/v1/notifications", Self.send)
        #expect(answer.status == 202)
        return ["email", "sms"].map { answer.body["channels"]?[$0]?["status"]?.string ?? "" }
    }

    /// Until nothing is asked of the database: what is written behind our back is not seen.
    private func untilKept(_ api: TestAPI, _ look: () async throws -> [String]) async throws {
        try await eventually("the user is kept") {
            let before = try await look()
            try await api.pool.query(
                """
                UPDATE recipients SET profile =
                    CASE WHEN profile ? 'phone' THEN profile - 'phone' ELSE profile || '{"phone":"+46700000000"}' END
                """)
            return try await look() == before
        }
    }

    @Test func whoeverChangesAUserIsFollowedByItsNextNotification() async throws {
        try await withAPI(recipientLifetime: .seconds(600)) { api in
            let client = try await api.client()
            _ = try await client.send("PUT", "/v1/users/u42", ["email": "a@example.org"])
            try await untilKept(api) { try await statuses(client) }
            _ = try await client.send("PUT", "/v1/users/u42", ["phone": "+46701234567"])
            #expect(try await statuses(client) == ["skipped", "pending"])
        }
    }

    @Test func otherProcessesHearOfIt() async throws {
        try await withAPI(recipientLifetime: .seconds(600)) { api in
            let client = try await api.client()
            _ = try await client.send("PUT", "/v1/users/u42", ["email": "a@example.org"])
            try await withOtherProcess(api) { lookup in
                func addresses() async throws -> [String] {
                    let user = try await lookup.users(["u42"], tenant: api.tenant)["u42"]
                    return [user?.email, user?.phone].compactMap(\.self)
                }
                try await untilKept(api, addresses)
                _ = try await client.send("PUT", "/v1/users/u42", ["email": "b@example.org"])
                try await eventually("the other process knows") { try await addresses() == ["b@example.org"] }
            }
        }
    }

    /// The look-up of another process on the same servers.
    private func withOtherProcess(_ api: TestAPI, _ body: (RecipientLookup) async throws -> Void) async throws {
        let lookup = RecipientLookup(pool: api.pool, lifetime: .seconds(600))
        let subscriber = RedisSubscriber(configuration: api.redisConfiguration, logger: quiet)
        let relay = StaleRelay(subscriber: subscriber, listeners: [lookup.cache], logger: quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await lookup.run() }
            group.addTask { try await relay.run() }
            defer { group.cancelAll() }
            try await body(lookup)
        }
    }
}
