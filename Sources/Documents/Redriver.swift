public import Foundation
public import Notifications
public import Postgres

/// Opens again what was given up, because somebody asked for it.
///
/// A batch is one transaction: the documents are locked in the order of their ids, each failed route begins its next
/// round, its delivery is inserted with nothing spent, and the dead letter goes. Doing it again, or twice at once, finds
/// no letter and changes nothing. A worker that still hangs in the round before holds a fence of a row that is gone, and
/// what it reports counts less than anything of the new round.
public struct Redriver: Sendable {
    /// Letters in one transaction.
    private static let batchSize = 100
    /// Letters looked at for one request: to find few among many takes narrower times.
    private static let searchBound = 100_000

    private let store: DeadLetterStore

    public init(pool: PostgresPool) {
        store = DeadLetterStore(pool: pool)
    }

    /// The oldest letters that fit, as those who wait longest.
    /// - Returns: at most `limit`, and whether there may be more.
    public func matches(
        _ filter: DeadLetterFilter, tenant: String, limit: Int
    ) async throws -> (letters: [DeadLetter], hasMore: Bool) {
        let page = try await ListPage.read(limit: limit, after: nil, bound: Redriver.searchBound) { after, count in
            try await store.rows(filter, tenant: tenant, after: after, count: count, order: .oldestFirst)
        }
        return (page.items, page.next != nil)
    }

    /// Re-drives what was given up of one notification on some channels; `onCommit` as below.
    /// - Returns: the channels of which something was.
    public func redrive(
        _ id: UUID, on channels: [NotificationChannel], tenant: String, onCommit: (_ redriven: Redriven) async -> Void
    ) async throws -> Set<NotificationChannel> {
        let letters = try await store.letters(of: id, on: channels, tenant: tenant)
        var redriven: Set<NotificationChannel> = []
        _ = try await redrive(letters, tenant: tenant) { opened in
            redriven.formUnion(opened.events.compactMap(\.channel))
            await onCommit(opened)
        }
        return redriven
    }

    /// Re-drives letters, batch by batch; `onCommit` is handed what is to be published and enqueued of each.
    /// - Returns: how many were re-driven. The others were settled meanwhile, or their document is gone, and so are they;
    ///   those whose channel is still at work on another route are kept.
    public func redrive(
        _ letters: [DeadLetter], tenant: String, onCommit: (_ redriven: Redriven) async -> Void
    ) async throws -> Int {
        var count = 0
        for start in stride(from: 0, to: letters.count, by: Redriver.batchSize) {
            let batch = letters[start..<min(start + Redriver.batchSize, letters.count)]
            let redriven = try await store.pool.transaction { connection in
                let documents = try await RedriveBatch.lock(batch, tenant: tenant, on: connection)
                return try await RedriveBatch(documents, tenant: tenant).write(on: connection)
            }
            count += redriven.events.count
            await onCommit(redriven)
        }
        return count
    }
}

/// What one transaction opened again.
public struct Redriven: Sendable {
    /// As logged, one for each delivery.
    public var events: [StatusEvent] = []
    public var jobs: [Route: [QueuedDelivery]] = [:]
}
