public import Foundation
import NIOHTTP1
import Notifications

/// What was sent to topics.
extension BelfryClient {
    /// One page of broadcasts, newest first.
    public func broadcasts(limit: Int = 20, after: String? = nil) async throws -> Page<BroadcastReport> {
        try await page("/v1/broadcasts", limit: limit, after: after, of: BroadcastReport.init)
    }

    public func broadcast(_ id: UUID) async throws -> BroadcastReport {
        try await call(.GET, BelfryClient.path("broadcasts", id.text), as: BroadcastReport.init)
    }

    /// Takes a broadcast back: nobody more is read, and nothing of it begins to be sent. Of hundreds of thousands that may
    /// take longer than a call does; it goes on, and the same call may be made again.
    public func cancelBroadcast(_ id: UUID) async throws -> BroadcastReport {
        try await call(.POST, BelfryClient.path("broadcasts", id.text, "cancel"), as: BroadcastReport.init)
    }
}
