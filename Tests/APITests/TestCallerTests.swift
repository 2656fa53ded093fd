import API
import Foundation
import HTTPTypes
import Notifications
import TestSupport
import Testing

/// What is live is out of a test key's reach.
@Suite(.timeLimit(.minutes(3))) struct TestCallerTests {
    @Test func everyRouteThatChangesWhatIsLiveRefusesTestKeys() async throws {
        try await withAPI { api in
            let tester = try await api.client(scopes: Set(Scope.allCases), isTest: true)
            for route in api.server.routes where route.scope != nil && route.scope != .stream {
                let answer = try await tester.send(route.method.rawValue, route.samplePath, [:])
                #expect((answer.code == "liveKeyNeeded") == route.needsLiveKey, "\(route) \(answer.body.text)")
                #expect((answer.status == 403) == route.needsLiveKey, "\(route)")
            }
        }
    }

    @Test func allOfAnOperatorAndWhatAnAdministratorChangesNeedsALiveKey() async throws {
        try await withAPI { api in expectLiveKeys(on: api.server.routes) }
    }

    private func expectLiveKeys(on routes: [APIRoute]) {
        var (free, sending): (Set<String>, Set<String>) = ([], [])
        let described = Set(Description.operations.filter { $0.codes.contains("liveKeyNeeded") }.map(\.name))
        for route in routes {
            let name = "\(route.method.rawValue) \(route.path)"
            if route.needsLiveKey { #expect(described.contains(name)) }
            if route.scope == .operator { #expect(route.needsLiveKey, "\(name)") }
            if route.scope == .send, route.needsLiveKey { sending.insert(name) }
            if route.scope == .admin, route.method != .get, !route.needsLiveKey { free.insert(name) }
        }
        // These look for themselves at what they are asked to do.
        #expect(
            free == [
                "POST /v1/keys", "POST /v1/keys/{id}/rotate", "DELETE /v1/keys/{id}", "POST /v1/dead-letters/redrive",
            ])
        #expect(
            sending == [
                "DELETE /v1/users/{id}", "PUT /v1/suppressions/{channel}/{address}",
                "DELETE /v1/suppressions/{channel}/{address}",
            ])
    }

    private static func mail(_ more: JSON = [:]) -> JSON {
        let mail: [(String, JSON)] = [("to", ["userId": "u42"]), ("channels", ["email"]), ("title", "x")]
        return .object(JSONObject(mail + (more.object?.members ?? []).map { ($0.name, $0.value) }))
    }

    /// A live and a test caller, and a user for both.
    private func callers(_ api: TestAPI) async throws -> (live: Client, test: Client) {
        let live = try await api.client(scopes: [.send, .read, .admin])
        #expect(try await live.send("PUT", "/v1/users/u42", ["email": "a@example.org"]).status == 201)
        return (live, try await api.client(scopes: [.send, .read, .admin], isTest: true))
    }

    @Test func testKeyCancelsOnlyTests() async throws {
        try await withAPI { api in
            let (live, test) = try await callers(api)
            let keyed = Self.mail(["cancellationKey": "k"])
            let ids = (live: try await live.post(keyed), test: try await test.post(keyed))
            let refused = try await test.send("POST", "/v1/notifications/\(ids.live)/cancel")
            #expect(refused.status == 403 && refused.code == "liveKeyNeeded")
            #expect(try await test.send("POST", "/v1/notifications/\(UUID().uuidString)/cancel").status == 404)
            let cancelled = try await test.send("POST", "/v1/notifications/cancel", ["cancellationKey": "k"])
            #expect(cancelled.body["items"]?.array?.map { $0["id"]?.string } == [ids.test])
            #expect(try await test.send("POST", "/v1/notifications/\(ids.test)/cancel").status == 200)
            #expect(try await live.send("GET", "/v1/notifications/\(ids.live)").body["status"] == "pending")
        }
    }

    @Test func testKeyCancelsNoLiveBroadcast() async throws {
        try await withAPI { api in
            let (live, test) = try await callers(api)
            _ = try await live.send("PUT", "/v1/topics/news", [:])
            let send: JSON = ["to": ["topic": "news"], "title": "x"]
            let ids = (live: try await live.post(send), test: try await test.post(send))
            let refused = try await test.send("POST", "/v1/broadcasts/\(ids.live)/cancel")
            #expect(refused.status == 403 && refused.code == "liveKeyNeeded")
            #expect(try await live.send("GET", "/v1/broadcasts/\(ids.live)").body["status"] == "expanding")
            #expect(try await test.send("POST", "/v1/broadcasts/\(ids.test)/cancel").body["status"] == "cancelled")
            #expect(try await test.send("POST", "/v1/broadcasts/\(UUID().uuidString)/cancel").status == 404)
        }
    }

    @Test func testTakesThePlaceOfTestsOnly() async throws {
        try await withAPI { api in
            let (live, test) = try await callers(api)
            let letter = Self.mail(["collapseKey": "k"])
            let ids = (live: try await live.post(letter), first: try await test.post(letter))
            let second = try await test.post(letter)
            func status(_ id: String) async throws -> String? {
                try await live.send("GET", "/v1/notifications/\(id)").body["status"]?.string
            }
            try await eventually("the older test is dropped") { try await status(ids.first) == "cancelled" }
            #expect(try await status(ids.live) == "pending")
            #expect(try await status(second) == "pending")
        }
    }

    @Test func testsSpendNothingOfWhatAUserMayGet() async throws {
        try await withAPI { api in
            let (live, test) = try await callers(api)
            let limits: JSON = ["limits": ["email": ["count": 1, "per": "1h"]]]
            #expect(try await live.send("PUT", "/v1/preferences", limits).status == 200)
            for _ in 0..<3 { _ = try await test.post(Self.mail()) }
            _ = try await live.post(Self.mail())
            #expect(try await live.send("POST", "/v1/notifications", Self.mail()).status == 429)
            _ = try await test.post(Self.mail())
        }
    }
}
