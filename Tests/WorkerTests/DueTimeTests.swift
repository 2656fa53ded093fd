import Foundation
import Notifications
import Queue
import Synchronization
import TestSupport
import Testing

@testable import Worker

/// When what was put off is begun by a worker that sleeps, with nothing else to wake it.
@Suite struct DueTimeTests {
    @Test func whatFallsDueWakesAWorkerThatSleepsAndNeverEarly() async throws {
        let pipeline = try await Pipeline.make()
        let provider = ClockedProvider()
        try await pipeline.withWorker([.email: [provider]]) {
            try await eventually("the worker has looked") { try await pipeline.isOpen(.email) }
            let due = Date() + 1
            let id = try await pipeline.accept(
                ["to": ["email": "a@example.com"], "channels": ["email"], "title": "Hi", "sendAt": JSON(due)],
                to: .email("a@example.com"), enqueues: false)
            let job = QueuedDelivery(
                id: id, tenant: "t1", priority: .medium, cost: 1, delay: .seconds(due.timeIntervalSinceNow))
            try await pipeline.queue.enqueue([job], on: .email)
            try await eventually("it is sent") { try await pipeline.openDeliveries() == 0 }
            let begun = try #require(provider.begun)
            #expect(begun >= due)
            // A figure to look at; a machine that is busy may take its time.
            print("begun \(Int(begun.timeIntervalSince(due) * 1000)) ms after it fell due")
        }
        await pipeline.close()
    }
}

/// Takes everything, and knows when it was first asked.
private final class ClockedProvider: Provider {
    let name = "clocked"
    private let first = Mutex<Date?>(nil)

    var begun: Date? { first.withLock { $0 } }

    func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        let now = Date()
        first.withLock { $0 = $0 ?? now }
        return .accepted(providerMessageId: "m")
    }
}
