import Notifications
import Queue

/// How many jobs a second one process enqueues: one by one, 32 at once, and in batches of 50 and 500.
struct EnqueuePart {
    let site: QueueSite
    let duration: Duration

    func measure() async throws -> QueueFigures {
        [
            "enqueuePerSecond.single": try await enqueue(lanes: 1, batch: 1),
            "enqueuePerSecond.pipelined32": try await enqueue(lanes: 32, batch: 1),
            "enqueuePerSecond.batch50": try await enqueue(lanes: 2, batch: 50),
            // Two, so that one is written down while Redis has the other.
            "enqueuePerSecond.batch500": try await enqueue(lanes: 2, batch: DeliveryQueue.batchLimit),
        ]
    }

    func enqueue(lanes: Int, batch: Int) async throws -> Double {
        try await site.reset()
        let start = ContinuousClock.now
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<lanes {
                group.addTask {
                    var count = 0
                    while .now - start < duration {
                        count += try await site.queue.enqueue(QueueSite.jobs(batch), on: QueueSite.route).count
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(count) / (.now - start).seconds
    }
}
