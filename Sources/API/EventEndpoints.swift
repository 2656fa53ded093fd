import Documents
import Events
import Hummingbird
import Notifications

/// The event log, for whoever would rather fetch than listen.
struct EventEndpoints: Sendable {
    let log: EventLog
    let settled: SettledLog

    /// Windows of numbers that one request looks through: all tenants' events have them in common.
    private static let maximumLooks = 10
    private static let limits = 1...1000

    var all: [Endpoint] { [Endpoint(.get, "/v1/events", .read, use: page)] }

    /// The next events, which none will ever come before: whoever goes on from `next` misses nothing and gets nothing twice.
    private func page(_ call: Call) async throws -> Response {
        let (filter, limit) = (try EventFilter(call), try call.query("limit", in: EventEndpoints.limits, default: 100))
        var place = Int64(try call.query("after", in: 0...Int.max, default: 0))
        let end = try await settled.number()
        var items: [JSON] = []
        for _ in 0..<EventEndpoints.maximumLooks where place < end && items.count < limit {
            // More than are wanted, as not all may fit.
            let (events, next) = try await log.events(
                after: place, upTo: end, tenant: call.tenant, limit: EventEndpoints.limits.upperBound)
            let fitting = events.filter(filter.admits)
            items += fitting.prefix(limit - items.count).map(\.json)
            if items.count == limit, let last = items.last?["id"]?.int {
                place = Int64(last)
            } else if events.isEmpty {
                place = try await log.start(after: next, upTo: end)
            } else {
                place = next
            }
        }
        return Response(json: ["items": .array(items), "next": JSON(place), "remaining": .bool(place < end)])
    }
}
