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

    @Test(arguments: ["push/x", "post/x", "email/"]) func thereIsNothingElseToSuppress(path: String) async throws {
        try await withAPI { api in
            let answer = try await api.client().send("PUT", "/v1/suppressions/\(path)")
            #expect(answer.status == 404)
        }
    }
}
