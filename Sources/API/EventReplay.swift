import Documents
import Events
import Notifications
import Telemetry

/// What a client missed, read out of the event log page by page.
struct EventReplay: Sendable {
    let log: EventLog
    let tenant: String
    let filter: EventFilter
    let point: ResumePoint
    /// Counts those that had missed too much.
    let givenUp: Counter

    private static let pageSize = 500
    /// Events of the tenant that are read for one client; one further behind is told to read again what it shows.
    private static let limit = 10_000
    /// Looks into the log for one client, each through at most 10,000 events of all tenants: so is one that is a million
    /// of those behind.
    private static let maximumLooks = 100

    /// Hands over the missed events in order.
    /// - Returns: the numbers of the newest of them, which may come once more live; nil when there was more to replay
    ///   than is replayed.
    func run(_ send: (StatusEvent) async throws -> Void) async throws -> Set<Int64>? {
        var sent: [Int64] = []
        var (start, count) = (point.replayStart, 0)
        for _ in 0..<EventReplay.maximumLooks {
            let (page, next) = try await log.events(after: start, tenant: tenant, limit: EventReplay.pageSize)
            for event in page {
                guard let number = event.id, point.isMissed(number), filter.admits(event) else { continue }
                try await send(event)
                sent.append(number)
            }
            guard let next else { return Set(sent.suffix(2 * EventReplay.pageSize)) }
            count += page.count
            if count >= EventReplay.limit { break }
            start = next
        }
        givenUp.add()
        return nil
    }
}
