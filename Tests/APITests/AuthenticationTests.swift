import API
import Documents
import Foundation
import HTTPTypes
import Notifications
import Postgres
import TestSupport
import Testing

extension APIRoute {
    /// A path of this route that names nothing that exists.
    var samplePath: String {
        path.replacing("{id}", with: UUID().uuidString).replacing("{deviceId}", with: "phone")
            .replacing("{route}", with: "nothing")
    }
}

struct AuthenticationTests {
    @Test func everyRouteButThoseOfOperationsNeedsAKey() async throws {
        try await withAPI { api in
            let open = Set(api.server.routes.filter { $0.scope == nil }.map(\.path))
            // What providers tell is signed, and so is whom a link unsubscribes.
            let signed: Set = ["/v1/receipts/{provider}", "/v1/unsubscribe/{token}"]
            let about: Set = ["/openapi.json", "/docs", "/docs/app.js", "/docs/style.css"]
            #expect(open == signed.union(about).union(["/health", "/health/live", "/health/ready", "/metrics"]))
            let nobody = Client(url: api.url)
            for route in api.server.routes where route.scope != nil {
                let answer = try await nobody.send(route.method.rawValue, route.samplePath, [:])
                #expect(answer.status == 401, "\(route)")
                #expect(answer.code == "unauthorized")
                #expect(answer.headers["www-authenticate"] == #"Bearer realm="belfry""#)
            }
            #expect(try await api.rows() == 0)
        }
    }

    /// With all combinations of scopes that a key can have.
    @Test func everyRouteTakesItsOwnScopeAndNoOther() async throws {
        try await withAPI { api in
            for combination in 0..<(1 << Scope.allCases.count) {
                let scopes = Scope.allCases.enumerated().filter { combination & 1 << $0.offset != 0 }.map(\.element)
                let client = try await api.client(scopes: Set(scopes))
                for route in api.server.routes where route.scope != nil && route.scope != .stream {
                    let answer = try await client.send(route.method.rawValue, route.samplePath, [:])
                    let isLetIn = route.scope.map(scopes.contains) ?? false
                    #expect((answer.status != 403) == isLetIn, "\(scopes) on \(route)")
                    if isLetIn { continue }
                    #expect(answer.code == "missingScope")
                    #expect(answer.body["detail"]?.string?.contains("`\(route.scope?.rawValue ?? "")`") == true)
                }
            }
        }
    }

    @Test func streamTakesItsOwnScopeAndNoOther() async throws {
        try await withAPI { api in
            let others = try await api.client(scopes: Set(Scope.allCases).subtracting([.stream]))
            #expect(try await others.send("GET", "/v1/events/stream").status == 403)
            _ = try await EventReader(try await api.client(scopes: [.stream]))
        }
    }

    @Test func badKeysAreRefused() async throws {
        try await withAPI { api in
            let key = try await api.makeKey()
            let expired = try await api.makeKey(expiresAt: Date().addingTimeInterval(-1))
            let unknown = APIKey.generate()
            // The id of a known key with another secret and a checksum that fits.
            let parts = unknown.text.split(separator: "_")
            let forged = "bf_live_\(key.id)_\(parts[3])"
            for authorization in [
                "", "Bearer", "Bearer \(key.text)x", "Basic \(key.text)", key.text, "Bearer \(unknown.text)",
                "Bearer \(expired.text)", "Bearer \(forged)",
            ] {
                let answer = try await Client(url: api.url).send(
                    "GET", "/v1/users/u", headers: ["authorization": authorization])
                #expect(answer.status == 401, "\(authorization)")
            }
            let good = try await Client(url: api.url).send(
                "GET", "/v1/users/u", headers: ["authorization": "bearer \(key.text)"])
            #expect(good.status == 404)
        }
    }

    @Test func secretIsComparedEvenWhenTheKeyIsCached() async throws {
        try await withAPI(configure: { $0.keyLifetime = .seconds(60) }) { api in
            let key = try await api.makeKey()
            #expect(try await Client(url: api.url, key: key.text).send("GET", "/v1/users/u").status == 404)
            var other = APIKey.generate()
            let body = "bf_live_\(key.id)_\(other.text.split(separator: "_")[3].prefix(32))"
            other = try #require(APIKey(body + crc32(body)))
            #expect(other.id == key.id)
            #expect(try await Client(url: api.url, key: other.text).send("GET", "/v1/users/u").status == 401)
        }
    }

    @Test func revokedKeyWorksNoLongerThanItIsTrusted() async throws {
        try await withAPI(configure: { $0.keyLifetime = .milliseconds(50) }) { api in
            let key = try await api.makeKey()
            let client = Client(url: api.url, key: key.text)
            #expect(try await client.send("GET", "/v1/users/u").status == 404)
            #expect(try await KeyStore(pool: api.pool).revoke(key.id))
            try await eventually("the key is refused") { try await client.send("GET", "/v1/users/u").status == 401 }
        }
    }

    @Test func trustedKeyNeedsNoDatabase() async throws {
        try await withAPI(configure: { $0.keyLifetime = .seconds(60) }) { api in
            let client = try await api.client()
            #expect(try await client.send("GET", "/v1/users/u").status == 404)
            try await api.pool.query("DELETE FROM api_keys")
            #expect(try await client.send("GET", "/v1/users/u").status == 404)
        }
    }

    /// The checksum of a key, bit by bit from its definition.
    private func crc32(_ text: String) -> String {
        var remainder: UInt32 = 0xFFFF_FFFF
        for bit in text.utf8.flatMap({ byte in (0..<8).map { UInt32(byte >> $0) & 1 } }) {
            remainder = (remainder ^ bit) & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1
        }
        let digits = String(~remainder, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
