public import Foundation
import NIOHTTP1
import Notifications

/// Endpoints of yours that are told of every event of the log.
extension BelfryClient {
    public func webhooks() async throws -> [WebhookReport] {
        try await list("/v1/webhooks", of: WebhookReport.init)
    }

    public func webhook(_ id: UUID) async throws -> WebhookReport {
        try await call(.GET, BelfryClient.path("webhooks", id.text), as: WebhookReport.init)
    }

    /// Has an endpoint told from now on.
    /// - Returns: the endpoint, and the secret by which it knows us, which is in no other answer.
    public func makeWebhook(_ terms: WebhookTerms) async throws -> (webhook: WebhookReport, secret: String) {
        try await make("/v1/webhooks", terms.json, secret: "secret", as: WebhookReport.init)
    }

    /// Changes what an endpoint is told, or where. All of its terms are replaced.
    public func putWebhook(_ id: UUID, _ terms: WebhookTerms) async throws -> WebhookReport {
        try await call(.PUT, BelfryClient.path("webhooks", id.text), body: terms.json, as: WebhookReport.init)
    }

    /// Forgets an endpoint.
    public func removeWebhook(_ id: UUID) async throws {
        _ = try await call(.DELETE, BelfryClient.path("webhooks", id.text))
    }

    /// Makes another secret, which is in no other answer.
    /// - Parameter overlap: how long the old one signs too, at most 30 days; nil for 24 hours.
    public func rotateWebhook(
        _ id: UUID, overlap: Duration? = nil
    ) async throws -> (webhook: WebhookReport, secret: String) {
        let path = BelfryClient.path("webhooks", id.text, "rotate")
        return try await make(path, BelfryClient.rotation(overlap), secret: "secret", as: WebhookReport.init)
    }

    /// Sends an endpoint an event that says nothing, as any other is sent.
    /// - Returns: its `webhook-id`.
    public func testWebhook(_ id: UUID) async throws -> String {
        try await call(.POST, BelfryClient.path("webhooks", id.text, "test")) { $0["id"]?.string }
    }

    /// Tells an endpoint once more of what happened since a time.
    public func replayWebhook(_ id: UUID, since: Date) async throws -> WebhookReport {
        let path = BelfryClient.path("webhooks", id.text, "replay")
        return try await call(.POST, path, body: ["since": JSON(since)], as: WebhookReport.init)
    }
}
