import Documents
import Foundation
import Notifications
import Queue
import Redis
import TestSupport
import Testing

struct QueueEndpointTests {
    @Test func queuesShowWhatWaitsWhereAndForHowLong() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.send, .operator])
            _ = try await client.post(["to": ["email": "a@example.org"], "title": "x", "priority": "high"])
            _ = try await client.post([
                "to": ["email": "a@example.org"], "title": "x", "sendAt": JSON(Date().addingTimeInterval(60)),
            ])
            try await eventually("both are enqueued") { try await api.queue.counts(of: .email).total == 2 }
            let list = try await client.send("GET", "/v1/queues")
            #expect(list.status == 200)
            #expect(list.body["items"]?.array?.map { $0["route"]?.string } == Route.allCases.map(\.rawValue))
            #expect(list.body["next"] == .null)
            let email = try await client.send("GET", "/v1/queues/email").body
            #expect(email["paused"] == false)
            #expect(email["ready"] == ["critical": 0, "high": 1, "medium": 0, "low": 0])
            #expect(email["scheduled"] == 1)
            #expect(email["leased"] == 0)
            #expect(email["permits"] == 0)
            #expect(email["total"]?["ready"] == 1 && email["total"]?["inFlight"] == 0)
            #expect(email["oldest"]?["low"] == .null)
            guard case .number(let text)? = email["oldest"]?["high"] else { throw NoAge() }
            #expect((0..<60).contains(try #require(Double(text))))
        }
    }

    private struct NoAge: Error {}

    @Test func ratesAndTheTimeToDrainAreShown() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.operator])
            try await api.queue.open(.sms, epoch: 1)
            let jobs = (1...90).map { _ in
                QueuedDelivery(id: .version7(at: Date()), tenant: "t", priority: .low, cost: 1, delay: .zero)
            }
            try await api.queue.enqueue(jobs, on: .sms)
            let sms = try await client.send("GET", "/v1/queues/sms").body
            // Between 25 and 30 seconds are looked at.
            #expect((3...3.6).contains(try #require(sms["inPerSecond"]?["low"]?.double)))
            #expect(sms["inPerSecond"]?["high"]?.double == 0)
            #expect(sms["total"]?["inPerSecond"] == sms["inPerSecond"]?["low"])
            #expect(sms["outPerSecond"]?["low"]?.double == 0)
            #expect(sms["timeToDrain"]?["low"] == .null, "it grows")
        }
    }

    @Test func whatARouteIsBoundByIsToldByTheLimitsOfItsProviders() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.operator])
            func bound() async throws -> JSON? { try await client.send("GET", "/v1/queues/push.fcm").body["boundBy"] }
            try await api.queue.open(.fcm, epoch: 1)
            #expect(try await bound() == .null)
            let job = QueuedDelivery(id: .version7(at: Date()), tenant: "t", priority: .low, cost: 1, delay: .zero)
            try await api.queue.enqueue([job], on: .fcm)
            #expect(try await bound() == "workers")
            let limits: JSON = ["route": "push.fcm", "ratePerSecond": .number("0.01")]
            #expect(try await client.send("PUT", "/v1/providers/second/limits", limits).status == 200)
            #expect(try await bound() == "tokens", "the bucket is new, and so it is empty")
            let block = ProviderBlock(route: .fcm, provider: "second", wait: .seconds(600))
            try await api.queue.end([], blocking: [block])
            #expect(try await bound() == "blocked")
            #expect(try await client.send("POST", "/v1/queues/push.fcm/pause").status == 200)
            #expect(try await bound() == "pause")
        }
    }

    @Test func pauseHoldsTheRouteUntilItIsResumed() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.operator])
            try await api.queue.open(.email, epoch: 1)
            for _ in 1...2 {
                let paused = try await client.send("POST", "/v1/queues/email/pause")
                #expect(paused.status == 200)
                #expect(paused.body["items"]?.array?.map { $0["paused"] } == [true])
                #expect(try await api.claim(.email) == .paused)
            }
            #expect(try await client.send("GET", "/v1/queues/email").body["paused"] == true)
            #expect(try await client.send("POST", "/v1/queues/email/resume").status == 200)
            #expect(try await api.claim(.email) == .jobs([], provider: "p", next: nil))
        }
    }

    @Test func channelsNameStandsForAllItsRoutes() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.operator])
            let answer = try await client.send("POST", "/v1/queues/push/pause").body
            let push = ["push.apns", "push.fcm", "push.web", "push.expo"]
            #expect(answer["items"]?.array?.map { $0["route"]?.string } == push)
            let all = try await client.send("GET", "/v1/queues").body["items"]?.array ?? []
            #expect(all.filter { $0["paused"] == true }.map { $0["route"]?.string } == push)
        }
    }

    @Test func unknownRoutesAreNotFound() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.operator])
            for (method, path) in [("GET", "x"), ("GET", "push"), ("POST", "x/pause"), ("POST", "x/resume")] {
                #expect(try await client.send(method, "/v1/queues/\(path)").status == 404, "\(path)")
            }
            #expect(try await api.rows() == 0)
        }
    }

    @Test func pauseIsKeptWhileRedisIsAway() async throws {
        try await withAPI { api in
            let client = try await api.client(scopes: [.operator])
            await api.redis.shutdown()
            let paused = try await client.send("POST", "/v1/queues/sms/pause")
            #expect(paused.status == 202)
            #expect(paused.body == ["items": [["route": "sms", "paused": true]], "next": nil])
            let list = try await client.send("GET", "/v1/queues")
            #expect(list.status == 503)
            #expect(list.code == "unavailable")
            #expect(try await RouteSettingsStore(pool: api.pool).pause(of: .sms).isPaused)
        }
    }
}

extension TestAPI {
    fileprivate func claim(_ route: Route) async throws -> ClaimAnswer {
        try await queue.claim(on: route, epoch: 1, limit: 10, lease: .seconds(30), providers: ["p"])
    }
}

extension JSON {
    fileprivate var double: Double? { if case .number(let literal) = self { Double(literal) } else { nil } }
}
