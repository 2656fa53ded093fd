import Documents
import Foundation
import Notifications
import Postgres
import Synchronization

/// Adds the words of notifications to the index of texts, behind those who write them.
///
/// It goes twice over every stretch: at once, so that what is new is soon found, and again when nothing can come into it any
/// more, as ids are made before their transactions commit. Only the second walk is kept: whoever starts anew goes on there.
final class TextIndexer: Clerk {
    /// Notifications of one step.
    private static let batch = 500
    /// By how much a notification may be committed later than its id says: longer than any caller is made to wait.
    private static let lateness: TimeInterval = 60
    /// The same for nearly all: what is younger is left to the next round, and not to the second walk.
    private static let haste: TimeInterval = 1
    /// How long it rests after each step, as a multiple of what the step took: whoever accepts and delivers goes first.
    private static let rest = 2

    private let index: TextIndex
    private let clock: @Sendable () -> Date
    /// How far the first walk has come.
    private let ahead = Mutex<UUID?>(nil)

    /// - Parameter clock: the time of Postgres, which ids are made of.
    init(pool: PostgresPool, clock: @escaping @Sendable () -> Date) {
        index = TextIndex(pool: pool)
        self.clock = clock
    }

    var name: String { "textIndexer" }
    var interval: Duration { .seconds(2) }

    func runOnce() async throws {
        let now = clock()
        let settled = UUID.version7Floor(at: now.addingTimeInterval(-TextIndexer.lateness))
        let end = UUID.version7Floor(at: now.addingTimeInterval(-TextIndexer.haste))
        var behind = Walk(place: try await index.place(), end: settled)
        var first = Walk(place: max(behind.place, ahead.withLock { $0 } ?? settled), end: end)
        while !Task.isCancelled, !behind.isDone || !first.isDone {
            try await step(&first)
            ahead.withLock { $0 = first.place }
            let before = behind.place
            try await step(&behind)
            if behind.place != before { try await index.keep(behind.place) }
        }
    }

    private struct Walk {
        var place: UUID
        let end: UUID
        var isDone: Bool { place >= end }
    }

    private func step(_ walk: inout Walk) async throws {
        if walk.isDone { return }
        let start = ContinuousClock.now
        let step = try await index.step(after: walk.place, below: walk.end, limit: TextIndexer.batch)
        walk.place = step.looked < TextIndexer.batch ? walk.end : step.last ?? walk.end
        if step.added > 0 { try await Task.sleep(for: (.now - start) * TextIndexer.rest) }
    }
}
