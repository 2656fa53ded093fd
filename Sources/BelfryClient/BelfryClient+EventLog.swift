import Foundation
import NIOHTTP1
public import Notifications

/// What happened, for whoever would rather fetch than listen, and how much of it.
extension BelfryClient {
    /// The next events of the log, oldest first. None will ever come before them: whoever goes on from `next` misses
    /// nothing and gets nothing twice.
    /// - Parameters:
    ///   - place: the `next` of the call before; 0 for the beginning.
    ///   - limit: 1 to 1,000.
    /// - Returns: events, which may be none though there are more; where to go on, now or later; and whether there are more
    ///   now.
    public func eventLog(
        _ query: EventQuery = EventQuery(), after place: Int64 = 0, limit: Int = 100
    ) async throws -> (events: [StatusEvent], next: Int64, remaining: Bool) {
        let bounds = [URLQueryItem(name: "after", value: "\(place)"), URLQueryItem(name: "limit", value: "\(limit)")]
        return try await call(.GET, "/v1/events", query: query.items + bounds) { answer in
            guard let items = answer["items"]?.array, let next = answer["next"]?.int else { return nil }
            let events = items.compactMap { StatusEvent(json: $0, tenant: "") }
            return (events, Int64(next), answer["remaining"]?.bool ?? false)
        }
    }

    /// How many notifications were accepted, and how many of their channels came to which status.
    /// - Returns: `{"from","to","by","countedUntil","items":[{"at","notifications","channels":{"push":{"accepted":…,
    ///   "sent":…}}}],"total":{"notifications","channels"}}`.
    public func stats(_ query: StatsQuery = StatsQuery()) async throws -> JSON {
        try await call(.GET, "/v1/stats", query: query.items).body
    }
}
