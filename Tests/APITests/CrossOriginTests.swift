import API
import Notifications
import Testing

/// What browsers let web pages do with the API.
@Suite struct CrossOriginTests {
    private static let page = "https://app.example.org"
    private static let asking = [
        "origin": page, "access-control-request-method": "POST", "access-control-request-headers": "authorization",
    ]

    private func allow(_ configuration: inout APIConfiguration) {
        configuration.allowedOrigins =
            (try? AllowedOrigins([Self.page, "http://localhost:3000"])) ?? AllowedOrigins.none
    }

    @Test func preflightIsAnsweredWithoutAKey() async throws {
        try await withAPI(configure: allow) { api in
            let answer = try await Client(url: api.url).send("OPTIONS", "/v1/notifications", headers: Self.asking)
            #expect(answer.status == 204)
            #expect(answer.headers["access-control-allow-origin"] == Self.page)
            #expect(answer.headers["access-control-allow-methods"]?.contains("PATCH") == true)
            #expect(answer.headers["access-control-allow-headers"]?.contains("authorization") == true)
            #expect(answer.headers["access-control-allow-credentials"] == nil)
            #expect(answer.headers["vary"] == "Origin")
            #expect(answer.headers["x-request-id"] != nil)
        }
    }

    @Test func answersAndProblemsMayBeReadByAllowedPages() async throws {
        try await withAPI(configure: allow) { api in
            let client = try await api.client()
            for (key, path, status) in [
                (client.key, "/v1/users", 200), (client.key, "/v1/users/u", 404), (nil, "/v1/users", 401),
            ] {
                let answer = try await Client(url: api.url, key: key).send("GET", path, headers: ["origin": Self.page])
                #expect(answer.status == status)
                #expect(answer.headers["access-control-allow-origin"] == Self.page)
                #expect(answer.headers["access-control-expose-headers"]?.contains("Retry-After") == true)
                #expect(answer.headers["vary"] == "Origin")
            }
        }
    }

    @Test(arguments: ["https://evil.example.org", "http://app.example.org", "https://app.example.org:8443", "null"])
    func otherPagesAreToldNothing(origin: String) async throws {
        try await withAPI(configure: allow) { api in
            var asking = Self.asking
            asking["origin"] = origin
            let preflight = try await Client(url: api.url).send("OPTIONS", "/v1/notifications", headers: asking)
            #expect(preflight.status == 405)
            let answer = try await api.client().send("GET", "/v1/users", headers: ["origin": origin])
            for headers in [preflight.headers, answer.headers] {
                #expect(headers["access-control-allow-origin"] == nil && headers["vary"] == "Origin")
            }
        }
    }

    @Test func nothingIsAllowedUnlessItIsSet() async throws {
        try await withAPI { api in
            let preflight = try await Client(url: api.url).send("OPTIONS", "/v1/users", headers: Self.asking)
            #expect(preflight.status == 405)
            let answer = try await api.client().send("GET", "/v1/users", headers: ["origin": Self.page])
            #expect(answer.status == 200)
            let said = (Array(preflight.headers.keys) + answer.headers.keys).filter { $0.hasPrefix("access-control") }
            #expect(said.isEmpty && answer.headers["vary"] == nil)
        }
    }

    @Test(arguments: [
        "*", "null", "https://app.example.org/", "https://App.example.org", "app.example.org", "https://*.example.org",
        "https://a:b@example.org", "https://example.org:0", "",
    ])
    func whatIsNoOriginIsRefused(text: String) {
        #expect(throws: AllowedOrigins.Malformed.self) { try AllowedOrigins([text]) }
    }

    @Test(arguments: ["https://app.example.org", "http://localhost:3000", "http://[::1]:8080", "https://a"])
    func originsAreTaken(text: String) {
        #expect(throws: Never.self) { try AllowedOrigins([text]) }
    }
}
