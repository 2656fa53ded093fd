import Documents
import Foundation
import Notifications
import Queue
import TestSupport
import Testing

struct ProviderEndpointTests {
    @Test func providersAreShownRouteByRouteWithWhatIsLeft() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.operator])
            let set = try await client.send(
                "PUT", "/v1/providers/second/limits",
                ["route": "email", "ratePerSecond": .number("2.5"), "burst": 7, "maxConcurrent": 3])
            let limits: JSON = ["ratePerSecond": .number("2.5"), "burst": 7, "maxConcurrent": 3]
            #expect(set.status == 200)
            #expect(set.body == ["route": "email", "provider": "second", "limits": limits])
            let list = try await client.send("GET", "/v1/providers").body
            let items = try #require(list["items"]?.array)
            #expect(items.map { $0["route"]?.string } == ["email", "email", "push.fcm"])
            #expect(items.map { $0["provider"]?.string } == ["first", "second", "second"])
            let free: JSON = ["ratePerSecond": nil, "burst": nil, "maxConcurrent": nil]
            #expect(items.map { $0["limits"] } == [free, limits, free])
            #expect(items[1]["tokens"] == 0 && items[1]["inFlight"] == 0 && items[1]["blockedUntil"] == .null)
            #expect(items[0]["tokens"] == .null && items[0]["inFlight"] == .null)
        }
    }

    @Test func providerThatToldUsToWaitIsShownWithItsTime() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.operator])
            try await api.queue.end(
                [], blocking: [ProviderBlock(route: .fcm, provider: "second", wait: .seconds(60))])
            let items = try await client.send("GET", "/v1/providers").body["items"]?.array ?? []
            #expect(items.map { $0["blockedUntil"]?.isNull } == [true, true, false])
            #expect(items.last?["blockedUntil"]?.date != nil)
        }
    }

    @Test func providerThatFailsIsShownWithItsCircuit() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.operator])
            let job = ClaimedJob(id: UUID(), route: .fcm, token: .max)
            var calls = ProviderCalls(of: job, by: "second")
            (calls.well, calls.failed, calls.took) = (5, 15, .seconds(30))
            #expect(try await api.queue.report([calls]).map(\.word) == [.opened])
            let items = try await client.send("GET", "/v1/providers").body["items"]?.array ?? []
            #expect(items.map { $0["circuit"]?.string } == ["closed", "closed", "open"])
            #expect(items.map { $0["failurePercent"]?.int } == [nil, nil, 75])
            #expect(items.last?["latencyMilliseconds"] == .number("1500.0"))
            #expect(items.last?["circuitUntil"]?.date != nil && items.first?["circuitUntil"] == .null)
        }
    }

    @Test func limitsAreReplacedAndRemoved() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.operator])
            let path = "/v1/providers/first/limits"
            let store = ProviderLimitStore(pool: api.pool)
            #expect(try await client.send("PUT", path, ["route": "email", "ratePerSecond": 100]).status == 200)
            #expect(try await store.all() == [.email: ["first": ProviderLimits(ratePerSecond: 100, burst: 11)]])
            #expect(try await client.send("PUT", path, ["route": "email", "maxConcurrent": 4]).status == 200)
            #expect(try await store.all() == [.email: ["first": ProviderLimits(maxConcurrent: 4)]])
            let none: JSON = ["route": "email", "ratePerSecond": nil, "burst": nil, "maxConcurrent": nil]
            #expect(try await client.send("PUT", path, none).status == 200)
            #expect(try await store.all() == [:])
        }
    }

    @Test func everyBadFieldIsNamed() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.operator])
            let path = "/v1/providers/second/limits"
            for (body, fields) in [
                ([:] as JSON, ["route missing"]),
                (["route": "sms", "burst": 3], ["route invalid", "burst conflict"]),
                (
                    ["route": "email", "ratePerSecond": 0, "maxConcurrent": 0, "rate": 1],
                    ["rate unknown", "ratePerSecond invalid", "maxConcurrent invalid"]
                ),
                (["route": "email", "ratePerSecond": "5", "burst": 0], ["ratePerSecond invalid", "burst invalid"]),
            ] {
                let answer = try await client.send("PUT", path, body)
                #expect(answer.status == 422)
                #expect(answer.fields == fields)
            }
            #expect(try await api.count("provider_limits") == 0)
        }
    }

    @Test func unknownProviderIsNotFound() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.operator])
            let body: JSON = ["route": "email", "ratePerSecond": 1]
            #expect(try await client.send("PUT", "/v1/providers/third/limits", body).status == 404)
        }
    }
}
