import Documents
import Foundation
import Notifications
import Postgres
import Queue
import Synchronization
import TestSupport
import Testing

@testable import Worker

@Suite struct SweeperTests {
    /// A later round starts where the one before found the first open delivery; it must lose nothing by that.
    @Test func aLaterRoundFindsWhatIsStillOpenAndWhatWasCommittedLate() async throws {
        let pipeline = try await Pipeline.make()
        let clock = Mutex(Date())
        let sweeper = Sweeper(
            pool: pipeline.pool, queue: pipeline.queue, timing: Pipeline.timing, scope: .recent,
            clock: { clock.withLock { $0 } }, metrics: ClerkMetrics(), logger: pipeline.logger)
        let open = try await pipeline.accept(Self.content, to: Self.ada, enqueues: false)
        clock.withLock { $0 += 120 }
        try await sweeper.runOnce()
        #expect(try await pipeline.queue.counts(of: .email).total == 1)

        // Redis forgets; the delivery is two minutes old by now, and the oldest that is open.
        try await pipeline.queue.clear(.email)
        try await sweeper.runOnce()
        #expect(try await pipeline.queue.counts(of: .email).total == 1)

        // Once it is gone the rounds begin later, but not later than any commit that may still come.
        try await pipeline.pool.query("DELETE FROM deliveries WHERE notification_id = \(open)")
        try await pipeline.queue.clear(.email)
        clock.withLock { $0 = Date() }
        try await sweeper.runOnce()
        #expect(try await pipeline.queue.counts(of: .email).total == 0)
        clock.withLock { $0 += 20 }
        _ = try await pipeline.accept(Self.content, to: Self.ada, enqueues: false)
        try await sweeper.runOnce()
        #expect(try await pipeline.queue.counts(of: .email).total == 1)
        await pipeline.close()
    }

    private static let content: JSON = ["to": ["email": "a@example.com"], "channels": ["email"], "title": "Hi"]
    private static let ada = {
        var ada = Recipient()
        ada.email = "a@example.com"
        return ada
    }()
}
