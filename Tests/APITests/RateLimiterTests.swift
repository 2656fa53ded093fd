import Foundation
import HTTPTypes
import Notifications
import Testing

@testable import API

struct RateLimiterTests {
    private static let start = ContinuousClock.now

    private func limiter(rate: Int, capacity: Int = 10) -> RateLimiter {
        RateLimiter(standardRate: rate, capacity: capacity) { Self.start }
    }

    private func isAdmitted(_ caller: Caller, by limiter: RateLimiter) -> Bool {
        (try? limiter.admit(caller)) != nil
    }

    @Test func everyKeyHasARateOfItsOwn() {
        let limiter = limiter(rate: 1)
        let callers = ["a", "b"].map { Caller(keyId: $0, tenant: "t") }
        #expect(callers.map { isAdmitted($0, by: limiter) } == [true, true])
        #expect(callers.map { isAdmitted($0, by: limiter) } == [false, false])
    }

    @Test func aKeysOwnRateGoesBeforeThatOfAll() {
        let limiter = limiter(rate: 1)
        let (free, faster) = (Caller(keyId: "a", tenant: "t", rate: 0), Caller(keyId: "b", tenant: "t", rate: 2))
        #expect((0..<3).map { _ in isAdmitted(free, by: limiter) } == [true, true, true])
        #expect((0..<3).map { _ in isAdmitted(faster, by: limiter) } == [true, true, false])
        #expect(limiter.headers(for: free).isEmpty)
        #expect(limiter.headers(for: faster)[.rateLimitPolicy] == #""key";q=2;w=1"#)
    }

    @Test func aNewRateCountsAtOnce() {
        let limiter = limiter(rate: 1)
        #expect(isAdmitted(Caller(keyId: "a", tenant: "t"), by: limiter))
        #expect(!isAdmitted(Caller(keyId: "a", tenant: "t"), by: limiter))
        #expect(isAdmitted(Caller(keyId: "a", tenant: "t", rate: 5), by: limiter))
    }

    @Test func whoeverNeedsNoKeyHasNoLimit() {
        let limiter = limiter(rate: 1)
        #expect((0..<3).map { _ in isAdmitted(.nobody, by: limiter) } == [true, true, true])
    }

    @Test func moreKeysThanAreRememberedBeginAnew() {
        let limiter = limiter(rate: 1, capacity: 2)
        let callers = ["a", "b", "c"].map { Caller(keyId: $0, tenant: "t") }
        #expect(callers.map { isAdmitted($0, by: limiter) } == [true, true, true])
        #expect(isAdmitted(callers[0], by: limiter))
        #expect(!isAdmitted(callers[2], by: limiter))
    }
}

struct RateLimitTests {
    @Test func requestsBeyondAKeysRateAreRefused() async throws {
        try await withAPI { api in
            let client = Client(url: api.url, key: try await api.makeKey(rate: 2).text)
            var refused: Client.Answer?
            while refused == nil {
                let answer = try await client.send("GET", "/v1/users/u")
                #expect(answer.headers["ratelimit-policy"] == #""key";q=2;w=1"#)
                #expect(answer.headers["ratelimit"]?.contains(/^"key";r=[01];t=1$/) == true)
                if answer.status == 404 { continue }
                refused = answer
            }
            #expect(refused?.status == 429)
            #expect(refused?.code == "rateLimited")
            #expect(refused?.body["retryable"] == true)
            #expect(refused?.headers["retry-after"] == "1")
            #expect(refused?.headers["ratelimit"] == #""key";r=0;t=1"#)
        }
    }

    @Test func aListCostsOneForEachRecipient() async throws {
        try await withAPI(configure: { $0.keyRate = 1 }) { api in
            let client = try await api.client()
            let to = (0..<100).map { ["email": .string("u\($0)@example.org")] as JSON }
            let answer = try await client.send("POST", "/v1/notifications", ["to": .array(to), "title": "x"])
            #expect(answer.status == 202)
            #expect(answer.headers["ratelimit"]?.contains(/^"key";r=0;t=(9\d|100)$/) == true)
            let next = try await client.send("GET", "/v1/users/u")
            #expect(next.status == 429)
            #expect((90...100).contains(next.headers["retry-after"].flatMap { Int($0) } ?? 0))
            #expect(try await client.send("GET", "/health/live").status == 200)
        }
    }

    @Test func withoutALimitAnswersSayNothingOfOne() async throws {
        try await withAPI { api in
            let answer = try await api.client().send("GET", "/v1/users/u")
            #expect(answer.headers["ratelimit"] == nil && answer.headers["ratelimit-policy"] == nil)
        }
    }
}
