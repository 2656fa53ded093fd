import API
import BelfryClient

/// Runs a test with the client as a library, against an API of its own. Its key may do all.
func withTypedClient(_ body: nonisolated(nonsending) (TestAPI, BelfryClient) async throws -> Void) async throws {
    try await withAPI { api in
        let key = try await api.makeKey().text
        try await BelfryClient.run(BelfryClientConfiguration(url: api.url, key: key)) { client in
            try await body(api, client)
        }
    }
}
