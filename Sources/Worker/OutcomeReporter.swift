import Documents
import Logging
import Notifications
import Postgres
import Queue
import Synchronization
import Telemetry

/// Brings results home: Postgres first, then Redis and the subscribers. Nothing handed to it is dropped.
///
/// Results are gathered while a batch is being written, so batches grow with the load. When Postgres is away it keeps
/// what it has and tries on, and the worker claims nothing new until it has caught up.
final class OutcomeReporter: Sendable {
    /// A result, and the job that it ends.
    struct Report: Sendable {
        var record: AttemptRecord
        var job: ClaimedJob
        var usage: AttemptUsage
    }

    private static let batchSize = 256
    /// Results that may wait before the worker stops claiming.
    private static let backlogLimit = 10_000
    private static let backoff = RetryPolicy(base: .milliseconds(100), factor: 2, cap: .seconds(2))

    private let recorder: OutcomeRecorder
    private let queue: DeliveryQueue
    private let circuits: CircuitPolicy
    private let metrics: WorkerMetrics
    private let logger: Logger
    private let reports = Gatherer<Report>(capacity: .max)
    private let isFailing = Atomic(false)

    init(
        recorder: OutcomeRecorder, queue: DeliveryQueue, circuits: CircuitPolicy, metrics: WorkerMetrics,
        logger: Logger
    ) {
        self.recorder = recorder
        self.queue = queue
        self.circuits = circuits
        self.metrics = metrics
        self.logger = logger
    }

    /// Whether new work should wait until results are written.
    var isBehind: Bool { isFailing.load(ordering: .relaxed) || reports.count > OutcomeReporter.backlogLimit }

    func report(_ record: AttemptRecord, of job: ClaimedJob, usage: AttemptUsage) {
        metrics.waitingResults.add(1)
        _ = reports.add(Report(record: record, job: job, usage: usage))
    }

    /// Takes no more reports; `run` ends once all are written.
    func finish() { reports.finish() }

    func run() async {
        while true {
            let batch = await reports.next(maximum: OutcomeReporter.batchSize)
            if batch.isEmpty { return }
            await deliver(batch)
            metrics.waitingResults.add(-batch.count)
        }
    }

    /// Writes a batch, however often it takes: results have no deadline of their own. Only the end of the process stops
    /// it, and then the permits that were never reported on say so. A batch that Postgres refuses is halved until the
    /// guilty one stands alone, whose permit then ends by itself.
    private func deliver(_ batch: [Report]) async {
        var generator = SystemRandomNumberGenerator()
        var failures = 0
        while true {
            do {
                // In a task of its own: a worker that is told to end still records what was sent. Awaited in place.
                let recorded = try await Task { try await recorder.record(batch.map(\.record)) }.value
                isFailing.store(false, ordering: .relaxed)
                for attempt in recorded where attempt.wasCurrent { count(attempt.record) }
                return await end(batch, recorded)
            } catch let error as PostgresError where error.isRefusal {
                guard batch.count > 1 else {
                    let id = batch[0].record.permit.notificationId.text
                    return logger.error(
                        "a result was refused", metadata: ["error": "\(error)", "notificationId": "\(id)"])
                }
                await deliver(Array(batch[..<(batch.count / 2)]))
                return await deliver(Array(batch[(batch.count / 2)...]))
            } catch {
                failures += 1
                isFailing.store(true, ordering: .relaxed)
                logger.error(
                    "results could not be recorded, trying again",
                    metadata: ["error": "\(error)", "count": "\(batch.count)", "failures": "\(failures)"])
                let delay = OutcomeReporter.backoff.delay(afterAttempt: failures, using: &generator)
                do { try await Task.sleep(for: delay) } catch { return }
            }
        }
    }

    /// Counts what ended, once it is on record.
    private func count(_ record: AttemptRecord) {
        guard case .settle(let status, let isDeadLetter) = record.decision else { return }
        let permit = record.permit
        metrics.ends[WorkerMetrics.EndKey(route: permit.route, status: status)].add()
        guard isDeadLetter else { return }
        metrics.deadLetters[permit.route].add()
        logger.warning(
            "dead letter",
            metadata: permit.logMetadata.merging(["code": "\(record.result.failure?.code ?? "none")"]) { $1 })
    }

    /// Ends the jobs in Redis and tells the subscribers. A failure costs time only: the next claim or the sweep finds out.
    private func end(_ batch: [Report], _ recorded: [RecordedAttempt]) async {
        let endings = zip(batch, recorded).compactMap { report, attempt -> JobEnding? in
            switch attempt.record.decision {
            case .settle: JobEnding(report.job, .settle, spent: report.usage.tokens)
            case .retry(let after, _): JobEnding(report.job, .retry(after: after), spent: report.usage.tokens)
            case .goOn: nil
            }
        }
        let blocks = batch.compactMap(\.usage.block)
        // First, or what is tried again at once would find the circuit as it was.
        await tellCircuits(batch.compactMap(\.usage.results))
        do { try await queue.end(endings, publishing: recorded.flatMap(\.events), blocking: blocks) } catch {
            logger.warning(
                "jobs could not be settled in Redis", metadata: ["error": "\(error)", "count": "\(batch.count)"])
        }
    }

    /// A failure costs no more than that: circuits are told of the next calls too.
    private func tellCircuits(_ results: [ProviderCalls]) async {
        do {
            for change in try await queue.report(results, policy: circuits) { note(change) }
        } catch {
            logger.warning("circuits could not be told of calls", metadata: ["error": "\(error)"])
        }
    }

    private func note(_ change: CircuitChange) {
        let metadata: Logger.Metadata = [
            "route": "\(change.route.rawValue)", "provider": "\(change.provider)", "failures": "\(change.failed)",
            "count": "\(change.calls)", "milliseconds": "\(change.coolDown.milliseconds)",
        ]
        switch change.word {
        case .opened:
            metrics.circuitOpenings[WorkerMetrics.ProviderKey(route: change.route, provider: change.provider)].add()
            logger.warning("a provider's circuit opened", metadata: metadata)
        case .reopened: logger.notice("a provider's circuit stays open", metadata: metadata)
        case .closed: logger.notice("a provider's circuit closed", metadata: metadata)
        }
    }
}
