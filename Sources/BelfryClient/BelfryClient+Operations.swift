import Foundation
import NIOHTTP1
public import Notifications

/// What operators ask for.
extension BelfryClient {
    /// How much waits, route by route.
    public func queues() async throws -> [QueueReport] {
        try await list("/v1/queues", of: QueueReport.init)
    }

    /// How one route stands, with its permits.
    public func queue(_ route: String) async throws -> QueueReport {
        try await call(.GET, BelfryClient.path("queues", route), as: QueueReport.init)
    }

    /// Claims nothing more of a route, or of all routes of a channel. What is under way ends as usual.
    public func pause(_ route: String) async throws -> JSON {
        try await call(.POST, BelfryClient.path("queues", route, "pause")).body
    }

    public func resume(_ route: String) async throws -> JSON {
        try await call(.POST, BelfryClient.path("queues", route, "resume")).body
    }

    /// Has what Redis knows of a route, or of all routes of a channel, made again from Postgres by a worker.
    public func rebuild(_ route: String) async throws -> JSON {
        try await call(.POST, BelfryClient.path("queues", route, "rebuild")).body
    }

    /// Every provider on every route that it serves, with its limits and what is left of them.
    public func providers() async throws -> [ProviderReport] {
        try await list("/v1/providers", of: ProviderReport.init)
    }

    /// Sets the limits of a provider on a route, in place of those there were; `none` leaves it without any.
    public func limit(_ provider: String, on route: String, to limits: ProviderLimits) async throws -> JSON {
        let body: JSON = [
            "route": .string(route), "ratePerSecond": limits.ratePerSecond.map { JSON.number("\($0)") } ?? .null,
            "burst": limits.ratePerSecond == nil ? .null : JSON(limits.burst),
            "maxConcurrent": limits.maxConcurrent.map { JSON($0) } ?? .null,
        ]
        return try await call(.PUT, BelfryClient.path("providers", provider, "limits"), body: body).body
    }

    /// One page of dead letters, newest first.
    /// - Parameters:
    ///   - limit: 1 to 100.
    ///   - after: the `next` of the page before.
    public func deadLetters(
        _ query: DeadLetterQuery = DeadLetterQuery(), limit: Int = 20, after: String? = nil
    ) async throws -> Page<DeadLetter> {
        try await page("/v1/dead-letters", query.items, limit: limit, after: after, of: DeadLetter.init)
    }

    /// Puts deliveries that were given up on their way again.
    /// - Parameters:
    ///   - query: which; an empty one means all there are.
    ///   - limit: the most of them, 1 to 1,000.
    ///   - dryRun: only says how many it would be.
    public func redrive(_ query: DeadLetterQuery, limit: Int, dryRun: Bool) async throws -> RedriveReport {
        var members = query.members + [("limit", JSON(limit)), ("dryRun", .bool(dryRun))]
        if query.isEmpty { members.append(("all", true)) }
        return RedriveReport(
            json: try await call(.POST, "/v1/dead-letters/redrive", body: .object(JSONObject(members))).body)
    }
}
