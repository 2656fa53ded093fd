import API
import Foundation
import Notifications
import Postgres
import Redis
import TestSupport
import Testing

/// Without Postgres there is no 2xx, and the answer says that trying again may help.
struct OutageTests {
    @Test func requestsWithoutPostgresMayBeRepeated() async throws {
        try await withAPI(configure: { $0.keyLifetime = .seconds(60) }) { api in
            let client = try await api.client()
            #expect(try await client.send("GET", "/v1/users/u").status == 404)
            await api.pool.close()
            let requests: [(String, String, JSON?)] = [
                ("POST", "/v1/notifications", ["to": ["email": "a@example.org"], "title": "x"]),
                ("GET", "/v1/notifications/\(UUID().uuidString)", nil), ("GET", "/v1/users/u/inbox", nil),
                ("PUT", "/v1/users/u", ["email": "a@example.org"]),
            ]
            for (method, path, body) in requests {
                let answer = try await client.send(method, path, body)
                #expect(answer.status == 503, "\(method) \(path)")
                #expect(answer.code == "unavailable")
                #expect(answer.body["retryable"] == true)
                #expect(answer.headers["retry-after"] == "1")
            }
        }
    }

    @Test func failureOfOursShowsNothingOfTheDatabase() async throws {
        try await withAPI { api in
            let client = try await api.client()
            try await api.pool.query("ALTER TABLE recipients RENAME COLUMN profile TO moved")
            let answer = try await client.send("PUT", "/v1/users/u", ["email": "canary@example.org"])
            #expect(answer.status == 500)
            #expect(answer.code == "internalError")
            for word in ["recipients", "profile", "column", "42703", "canary"] {
                #expect(!answer.body.text.contains(word))
            }
        }
    }

    @Test func notificationsAreAcceptedWhileRedisDoesNotTakeThem() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let jobs = "\(api.namespace):{email}:jobs"
            _ = try await api.redis.execute(RedisCommand("SET", RedisArgument(jobs), "in the way"))
            let id = try await client.post(["to": ["email": "a@example.org"], "title": "x"])
            #expect(try await client.send("GET", "/v1/notifications/\(id)").body["status"] == "pending")
            #expect(try await api.count("deliveries") == 1)
            #expect(try await api.redis.execute(RedisCommand("GET", RedisArgument(jobs))).string == "in the way")
        }
    }
}
