import Documents
import Foundation
import Notifications
import Postgres

/// Indexes what the notifications say, as the clerk does, but without its rests and with several connections.
struct ListsIndexing: Sendable {
    private static let batch = 500

    let world: ListsWorld
    let pool: PostgresPool

    /// Microseconds of a connection for each notification.
    func run() async throws -> Double {
        let start = ContinuousClock.now
        let first = world.time.lowerBound
        let share = world.time.upperBound.timeIntervalSince(first) / Double(ListsFilling.lanes)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<ListsFilling.lanes {
                let from = first.addingTimeInterval(Double(lane) * share)
                group.addTask {
                    let end = from.addingTimeInterval(share)
                    try await index(UUID.version7Floor(at: from)..<UUID.version7Floor(at: end))
                }
            }
            try await group.waitForAll()
        }
        let took = (.now - start).seconds
        try await pool.query("ANALYZE notification_texts")
        return took * 1_000_000 * Double(ListsFilling.lanes) / Double(world.rows)
    }

    private func index(_ ids: Range<UUID>) async throws {
        let index = TextIndex(pool: pool)
        var place = ids.lowerBound
        while true {
            let step = try await index.step(after: place, below: ids.upperBound, limit: ListsIndexing.batch)
            guard step.looked == ListsIndexing.batch, let last = step.last else { return }
            place = last
        }
    }
}
