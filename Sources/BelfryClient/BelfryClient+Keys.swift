import NIOHTTP1
import Notifications

/// The tenant's own keys.
extension BelfryClient {
    /// One page of keys, oldest first, also of those that have ended.
    public func keys(limit: Int = 20, after: String? = nil) async throws -> Page<KeyReport> {
        try await page("/v1/keys", limit: limit, after: after, of: KeyReport.init)
    }

    /// Makes a key.
    /// - Returns: what is known of it, and the key itself, which is in no other answer.
    public func makeKey(_ terms: KeyTerms) async throws -> (report: KeyReport, key: String) {
        try await make("/v1/keys", terms.json, secret: "key", as: KeyReport.init)
    }

    /// Makes another key that may do the same, in place of this one.
    /// - Parameter overlap: how long the old one stays good, at most 30 days; nil for 24 hours.
    public func rotateKey(_ id: String, overlap: Duration? = nil) async throws -> (report: KeyReport, key: String) {
        let path = BelfryClient.path("keys", id, "rotate")
        return try await make(path, BelfryClient.rotation(overlap), secret: "key", as: KeyReport.init)
    }

    /// Ends a key: within seconds no process takes it any more.
    public func revokeKey(_ id: String) async throws {
        _ = try await call(.DELETE, BelfryClient.path("keys", id))
    }

    /// The body that asks for another secret.
    static func rotation(_ overlap: Duration?) -> JSON { ["overlap": JSON(overlap?.shorthand)] }
}
