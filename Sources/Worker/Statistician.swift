import Documents
import Foundation
import Postgres

/// Counts by the hour what was accepted and what became of it.
struct Statistician: Clerk {
    /// By how much a notification may be committed later than its id says: longer than any caller is made to wait.
    private static let lateness: TimeInterval = 60
    /// How long to wait for those who write events just now.
    private static let patience: Duration = .seconds(2)

    private let tally: StatsTally
    private let log: EventLog
    private let clock: @Sendable () -> Date

    /// - Parameter clock: the time of Postgres, which ids are made of.
    init(pool: PostgresPool, clock: @escaping @Sendable () -> Date) {
        tally = StatsTally(pool: pool)
        log = EventLog(pool: pool)
        self.clock = clock
    }

    var name: String { "statistician" }
    var interval: Duration { .seconds(5) }

    func runOnce() async throws {
        let end = clock().addingTimeInterval(-Statistician.lateness)
        while !Task.isCancelled, try await tally.countAccepted(before: end) {}
        let moment = clock()
        // Whoever writes for so long is waited for in the next round.
        guard let number = try await log.settledNumber(patience: Statistician.patience) else { return }
        while !Task.isCancelled, try await tally.countEvents(upTo: number, at: moment) {}
    }
}
