import Documents
import Foundation
import Notifications
import Synchronization
import TestSupport
import Testing

@testable import Worker

@Suite struct StatisticianTests {
    /// What is too young may still be followed by something older; it is counted a minute later, and then not again.
    @Test func whatWasAcceptedIsCountedOnceItIsAMinuteOld() async throws {
        let pipeline = try await Pipeline.make()
        let clock = Mutex(Date())
        let content: JSON = ["to": ["email": "a@example.com"], "channels": ["email"], "title": "Hi"]
        var ada = Recipient()
        ada.email = "a@example.com"
        _ = try await pipeline.accept(content, to: ada, enqueues: false)
        func accepted() async throws -> Int {
            let time = Date().addingTimeInterval(-86400)..<Date().addingTimeInterval(86400)
            let figures = try await Stats(pool: pipeline.pool)
                .figures(Stats.Filter(time: time, span: .day), tenant: "t1")
            return figures.filter { $0.channel == nil }.map(\.count).reduce(0, +)
        }
        for (later, count) in [(10.0, 0), (60, 1), (60, 1)] {
            clock.withLock { $0 += later }
            try await Statistician(pool: pipeline.pool, clock: { clock.withLock { $0 } }).runOnce()
            #expect(try await accepted() == count)
        }
        await pipeline.close()
    }
}
