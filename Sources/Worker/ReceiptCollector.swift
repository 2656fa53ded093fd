import Documents
import Foundation
import Logging
import Notifications
import Postgres
import Queue
import Telemetry

/// Brings in the receipts that nobody pushes: those of providers that have to be asked, and those that came before the
/// outcome of their message was written.
struct ReceiptCollector: Clerk {
    private let recorder: ReceiptRecorder
    private let queue: DeliveryQueue
    private let providers: [String: any Provider]
    private let clock: @Sendable () -> Date
    private let metrics: ClerkMetrics
    private let logger: Logger

    /// - Parameter providers: all that are asked.
    init(
        pool: PostgresPool, queue: DeliveryQueue, providers: [any Provider], clock: @escaping @Sendable () -> Date,
        metrics: ClerkMetrics, logger: Logger
    ) {
        recorder = ReceiptRecorder(pool: pool)
        self.queue = queue
        self.providers = Dictionary(providers.map { ($0.name, $0) }) { first, _ in first }
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
    }

    var name: String { "receiptCollector" }
    var interval: Duration { .seconds(3) }

    func runOnce() async throws {
        var waiting: RecordedReceipts
        repeat {
            waiting = try await recorder.recordWaiting(at: clock())
            try await queue.publish(waiting.events)
            metrics.forgottenReceipts.add(waiting.forgotten)
        } while !waiting.events.isEmpty && !Task.isCancelled
        var due = try await recorder.due()
        // Whoever was asked about is due later, if at all: so this ends.
        while !due.isEmpty, !Task.isCancelled {
            for (name, ids) in due { try await ask(name, about: ids) }
            due = try await recorder.due()
        }
    }

    private func ask(_ name: String, about ids: [String]) async throws {
        // A provider that is no longer assigned is not asked again.
        var receipts: [Receipt] = []
        do { receipts = try await providers[name]?.receipts(of: ids) ?? [] } catch {
            logger.warning(
                "a provider did not tell its receipts", metadata: ["provider": "\(name)", "error": "\(error)"])
        }
        let recorded = try await recorder.record(receipts, from: name, at: clock())
        try await queue.publish(recorded.events)
        // All of them: what is told of a message whose document is gone is noted nowhere.
        try await recorder.postpone(ids, of: name)
    }
}
