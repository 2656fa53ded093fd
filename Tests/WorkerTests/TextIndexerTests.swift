import Documents
import Foundation
import Notifications
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Worker

@Suite struct TextIndexerTests {
    /// What commits later than what was accepted after it is found by the second walk, also by a process that starts anew.
    @Test func whatIsNewIsIndexedAtOnceAndWhatComesLateAMinuteLater() async throws {
        let pipeline = try await Pipeline.make()
        let clock = Mutex(Date().addingTimeInterval(2))
        func indexer() -> TextIndexer { TextIndexer(pool: pipeline.pool, clock: { clock.withLock { $0 } }) }
        let clerk = indexer()
        _ = try await pipeline.accept(Self.content, to: Self.ada, enqueues: false)
        try await clerk.runOnce()
        #expect(try await pipeline.texts() == 1)

        let late = UUID.version7(at: Date().addingTimeInterval(-20))
        try await pipeline.pool.query(
            """
            INSERT INTO notifications (id, tenant, created_at, content, channels)
            SELECT \(late), tenant, created_at, content, channels FROM notifications
            """)
        clock.withLock { $0 += 2 }
        try await clerk.runOnce()
        #expect(try await pipeline.texts() == 1)
        clock.withLock { $0 += 60 }
        try await indexer().runOnce()
        #expect(try await pipeline.texts() == 2)
        await pipeline.close()
    }

    private static let content: JSON = ["to": ["email": "a@example.com"], "channels": ["email"], "title": "Hi"]
    private static let ada = {
        var ada = Recipient()
        ada.email = "a@example.com"
        return ada
    }()
}

extension Pipeline {
    fileprivate func texts() async throws -> Int64 {
        try await pool.query("SELECT count(*) FROM notification_texts")[0].get(0)
    }
}
