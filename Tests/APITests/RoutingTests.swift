import API
import Foundation
import Notifications
import Testing

struct RoutingTests {
    @Test func unknownPathIsNotFound() async throws {
        try await withAPI { api in
            let answer = try await Client(url: api.url).send("GET", "/v1/nothing?x=1")
            #expect(answer.status == 404)
            #expect(answer.code == "notFound")
            #expect(answer.body["instance"] == "/v1/nothing")
            #expect(answer.headers["content-type"] == "application/problem+json")
        }
    }

    @Test func otherMethodsOfAKnownPathAreRefusedWithThoseItHas() async throws {
        try await withAPI { api in
            let client = Client(url: api.url)
            for (method, path, allowed) in [
                ("PUT", "/v1/notifications", "GET, HEAD, POST"), ("PATCH", "/v1/users/u", "DELETE, GET, HEAD, PUT"),
                ("POST", "/health", "GET, HEAD"), ("TRACE", "/health", "GET, HEAD"), ("QUERY", "/health", "GET, HEAD"),
            ] {
                let answer = try await client.send(method, path)
                #expect(answer.status == 405)
                #expect(answer.code == "methodNotAllowed")
                #expect(answer.headers["allow"] == allowed)
            }
        }
    }

    @Test func everyAnswerHasARequestId() async throws {
        try await withAPI { api in
            let client = try await api.client()
            for (path, given) in [("/health/live", "mine"), ("/v1/nothing", ""), ("/v1/users/u", "bad id")] {
                let answer = try await client.send("GET", path, headers: ["x-request-id": given])
                let id = try #require(answer.headers["x-request-id"])
                #expect((id == given) == (given == "mine"))
                #expect(given == "mine" || UUID(uuidString: id) != nil)
            }
        }
    }

    @Test func tooManyOrTooLongHeadersAreRefused() async throws {
        try await withAPI { api in
            let client = Client(url: api.url)
            let many = Dictionary(uniqueKeysWithValues: (0..<120).map { ("x-\($0)", "y") })
            let long = ["x-long": String(repeating: "y", count: 40_000)]
            for headers in [many, long] {
                let answer = try await client.send("GET", "/health/live", headers: headers)
                #expect(answer.status == 431)
                #expect(answer.code == "headersTooLarge")
            }
        }
    }

    @Test func healthyProcessSaysSo() async throws {
        try await withAPI { api in
            let client = Client(url: api.url)
            #expect(try await client.send("GET", "/health/live").status == 200)
            #expect(try await client.send("GET", "/health/ready").status == 200)
            let health = try await client.send("GET", "/health")
            #expect(health.status == 200)
            #expect(
                health.body
                    == ["status": "ok", "postgres": "ok", "redis": "ok", "schema": "ok", "version": "1.2.3"])
        }
    }

    @Test func processThatLacksSomethingIsAliveButDegraded() async throws {
        let checks = HealthChecks(isReady: { false }) {
            HealthReport(postgres: true, redis: false, schema: true, version: "1.2.3")
        }
        try await withAPI(health: checks) { api in
            let client = Client(url: api.url)
            #expect(try await client.send("GET", "/health/live").status == 200)
            #expect(try await client.send("GET", "/health/ready").status == 503)
            let health = try await client.send("GET", "/health")
            #expect(health.status == 200)
            #expect(health.body["status"] == "degraded")
            #expect(health.body["redis"] == "down")
        }
    }
}
