import Documents
import Foundation
import Notifications
import Testing

@Suite struct SuppressionEndpointTests {
    @Test func addressIsSuppressedShownAndLifted() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let path = "/v1/suppressions/email/ada%40example.org"
            #expect(try await client.send("GET", path).status == 404)
            #expect(try await client.send("PUT", path).status == 204)
            let found = try await client.send("GET", path)
            #expect(found.status == 200)
            #expect(found.body["reason"] == "manual")
            #expect(found.body["since"]?.date != nil)
            let stranger = try await api.client(tenant: "other")
            #expect(try await stranger.send("GET", path).status == 404)
            #expect(try await stranger.send("DELETE", path).status == 404)
            #expect(try await client.send("DELETE", path).status == 204)
            #expect(try await client.send("DELETE", path).status == 404)
        }
    }

    /// As one part of the path, with its own escapes escaped again.
    @Test func endpointIsLiftedByItsURL() async throws {
        try await withAPI { api in
            let url = "https://example.org/Hook?a=b%20c"
            let store = SuppressionStore(pool: api.pool)
            try await store.suppress(url, on: .webhook, tenant: api.tenant, reason: .bounced)
            let client = try await api.client()
            let path = "/v1/suppressions/webhook/https%3A%2F%2Fexample.org%2FHook%3Fa%3Db%2520c"
            #expect(try await client.send("GET", path).body["reason"] == "bounced")
            #expect(try await client.send("DELETE", path).status == 204)
            #expect(try await store.suppression(of: url, on: .webhook, tenant: api.tenant) == nil)
        }
    }

    @Test(arguments: ["email/ada", "sms/0701234567", "email/ada%40example.org%0A"])
    func whatIsNoAddressIsNotSuppressed(path: String) async throws {
        try await withAPI { api in
            let client = try await api.client()
            let answer = try await client.send("PUT", "/v1/suppressions/\(path)")
            #expect(answer.status == 422)
            #expect(answer.fields == ["address invalid"])
            #expect(try await client.send("GET", "/v1/suppressions/\(path)").status == 404)
            #expect(try await client.send("PUT", "/v1/suppressions/sms/+46701234567").status == 204)
        }
    }

    @Test(arguments: ["push/x", "post/x", "email/"]) func thereIsNothingElseToSuppress(path: String) async throws {
        try await withAPI { api in
            let answer = try await api.client().send("PUT", "/v1/suppressions/\(path)")
            #expect(answer.status == 404)
        }
    }
}
