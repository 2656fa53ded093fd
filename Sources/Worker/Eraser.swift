import Documents
import Foundation
import Logging
import Postgres
import Queue

/// Erases the users who were to be erased: takes back what is open, and leaves of the rest what says nothing about them.
struct Eraser: Clerk {
    private let erasures: Erasures
    private let queue: DeliveryQueue
    private let logger: Logger

    init(pool: PostgresPool, queue: DeliveryQueue, logger: Logger, batchSize: Int = 200) {
        erasures = Erasures(pool: pool, batchSize: batchSize)
        self.queue = queue
        self.logger = logger
    }

    var name: String { "eraser" }
    var interval: Duration { .seconds(5) }

    func runOnce() async throws {
        var last: Erasures.Erasure?
        repeat {
            let page = try await erasures.open(after: last)
            for erasure in page where !Task.isCancelled { await attempt(erasure) }
            last = page.last
        } while last != nil && !Task.isCancelled
    }

    /// What goes wrong with one user keeps nobody else waiting.
    private func attempt(_ erasure: Erasures.Erasure) async {
        do { try await work(off: erasure) } catch {
            if Task.isCancelled { return }
            logger.warning("a user is not erased yet; the next round goes on", metadata: ["error": "\(error)"])
        }
    }

    private func work(off erasure: Erasures.Erasure) async throws {
        var (count, open) = (0, 0)
        var place: UUID?
        repeat {
            let batch = try await erasures.eraseBatch(of: erasure, after: place) { await tell($0) }
            count += batch.erased
            open += batch.open
            place = batch.next
            if Task.isCancelled { return }
        } while place != nil
        if count > 0 { logger.notice("notifications of a user were erased", metadata: ["count": "\(count)"]) }
        // After a round that found nothing: then whoever read events before they were erased has told of them long since.
        if count + open == 0, erasure.isSettled { try await erasures.finish(erasure) }
    }

    /// What stays in the queue costs its worker a question to Postgres, no more.
    private func tell(_ cancelled: Cancelled) async {
        do {
            try await queue.publish(cancelled.events)
            for (route, ids) in cancelled.jobs { _ = try await queue.cancel(ids, on: route) }
        } catch {
            logger.warning(
                "what an erasure took back stays in the queue until its turn",
                metadata: ["count": "\(cancelled.events.count)", "error": "\(error)"])
        }
    }
}
