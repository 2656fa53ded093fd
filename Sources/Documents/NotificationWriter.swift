public import Logging
public import Notifications
public import Postgres
public import ServiceLifecycle
import Synchronization
import Telemetry

/// Writes notifications by group commit: callers hand over what they accepted, and each of a few lanes commits whatever
/// has gathered as soon as it is free. No caller waits for a timer, and under load one commit serves hundreds.
///
/// On an error that is the documents' own, the batch is halved until the guilty one stands alone, so that one caller
/// never fails another.
public final class NotificationWriter: Service, Sendable {
    public struct Configuration: Sendable {
        /// Notifications in one transaction at most; fewer while it takes long.
        public var batchSize = 500
        /// Notifications that may wait; what comes on top is refused.
        public var capacity = 20_000
        /// Transactions under way at once, each on a connection of its own.
        public var lanes = 2
        /// Batches whose `onCommit` may be under way at once.
        public var maximumFollowUps = 64
        /// How long a caller waits for Postgres.
        public var patience: Duration = .seconds(2)

        public init() {}
    }

    private let configuration: Configuration
    private let statements: AcceptStatements
    private let metrics: WriterMetrics
    private let logger: Logger
    private let waiting: Gatherer<Entry>
    private let open = Mutex<[Entry]>([])
    private let followUpsUnderWay = Atomic(0)
    private let keys = KeysInFlight()
    private let onCommit: @Sendable ([AcceptedNotification]) async -> Void

    /// - Parameter onCommit: called with what was committed, after the callers were answered; not at all when too many
    ///   calls of it are under way. A failure is its own to handle: the sweep finds whatever it did not do.
    public init(
        pool: PostgresPool, configuration: Configuration = Configuration(), metrics: WriterMetrics = WriterMetrics(),
        logger: Logger,
        onCommit: @escaping @Sendable ([AcceptedNotification]) async -> Void
    ) {
        self.configuration = configuration
        self.statements = AcceptStatements(pool: pool)
        self.metrics = metrics
        self.logger = logger
        self.waiting = Gatherer(capacity: configuration.capacity) { $0.weight }
        self.onCommit = onCommit
    }

    /// Writes one request's notifications and returns once they are committed, or once it is clear that they are not
    /// to be. A repeated idempotency key joins the request that is under way in this process.
    /// - Throws: `unavailable` after `patience`; the write may then still happen.
    public func write(_ submission: Submission) async throws(DocumentsError) -> WriteAnswer {
        guard let claim = submission.claim else { return try await enqueue(submission) }
        switch keys.begin(claim, tenant: submission.tenant) {
        case .conflict: return .conflict
        case .join(let outcome, let first): return try await outcome.value().asRepeat(of: first)
        case .first(let outcome):
            let result = await resultOf { () async throws(DocumentsError) in try await enqueue(submission) }
            keys.end(claim, tenant: submission.tenant, outcome, result)
            return try result.get()
        }
    }

    /// What waits now. A caller can tell by it whether there is a point in submitting more.
    public var pressure: WriterPressure {
        let load = waiting.load
        let since = load.oldest.map { $0.deadline - configuration.patience }
        return WriterPressure(
            waiting: load.weight, capacity: configuration.capacity, oldestWait: since.map { .now - $0 } ?? .zero)
    }

    private func enqueue(_ submission: Submission) async throws(DocumentsError) -> WriteAnswer {
        let entry = Entry(submission: submission, deadline: .now + configuration.patience)
        guard waiting.add(entry) else { throw .overloaded }
        metrics.waiting.add(1)
        open.withLock { $0.append(entry) }
        return try await entry.answer.value()
    }

    /// What a request with this key was answered before; nil for a key that is new, or older than a day.
    public func stored(_ claim: IdempotencyClaim, tenant: String) async throws -> WriteAnswer? {
        try await statements.stored(claim, tenant: tenant)
    }

    public func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.answerOverdue() }
            await withTaskCancellationOrGracefulShutdownHandler {
                await withTaskGroup(of: Void.self) { lanes in
                    // Ahead of requests: what is accepted must be written even when they take all the processors.
                    for _ in 0..<configuration.lanes { lanes.addTask(priority: .high) { await self.runLane() } }
                }
            } onCancelOrGracefulShutdown: {
                self.finish()
            }
            group.cancelAll()
        }
    }

    /// Takes no more submissions; `run` ends once all that wait are written.
    public func finish() { waiting.finish() }

    /// Commits batch after batch. What follows a commit runs beside the next ones: Redis being slow or away must not slow
    /// down what is accepted, so past a bound it is left out, and the sweep does it.
    private func runLane() async {
        await withDiscardingTaskGroup { followUps in
            var size = BatchSize(maximum: configuration.batchSize)
            var last: Duration = .zero
            while true {
                let gathered = await waiting.next(maximum: size.current)
                metrics.waiting.add(-gathered.count)
                let batch = stillAwaited(gathered, at: .now + min(last, configuration.patience / 2))
                if batch.isEmpty, waiting.isDrained { return }
                let start = ContinuousClock.now
                let committed = await commit(batch)
                last = .now - start
                size.learn(count: batch.reduce(0) { $0 + $1.weight }, took: last)
                if committed.isEmpty { continue }
                guard followUpsUnderWay.load(ordering: .relaxed) < configuration.maximumFollowUps else {
                    logger.warning("too much to do after commits", metadata: ["count": "\(committed.count)"])
                    continue
                }
                followUpsUnderWay.add(1, ordering: .relaxed)
                followUps.addTask {
                    await self.onCommit(committed)
                    self.followUpsUnderWay.subtract(1, ordering: .relaxed)
                }
            }
        }
    }

    /// Those whose callers will still be there when a transaction ends; the others are told now that nothing was written.
    /// Else a writer that is late would go on writing what nobody waits for any more.
    private func stillAwaited(_ gathered: [Entry], at end: ContinuousClock.Instant) -> [Entry] {
        gathered.filter { entry in
            if entry.deadline <= end { entry.answer.keep(.failure(.overloaded)) }
            return !entry.answer.isKept
        }
    }

    /// Writes a batch, answers its callers, and returns what was committed.
    private func commit(_ batch: [Entry]) async -> [AcceptedNotification] {
        if batch.isEmpty { return [] }
        do {
            let written = try await statements.write(batch.map(\.submission))
            for (entry, written) in zip(batch, written) { entry.answer.keep(.success(written.answer)) }
            let committed = written.flatMap(\.notifications)
            metrics.commits.record(committed.count)
            return committed
        } catch let error as PostgresError where error.isRefusal {
            guard batch.count > 1 else {
                logger.error("a document was refused", metadata: ["error": "\(error)"])
                batch[0].answer.keep(.failure(.refused(error)))
                return []
            }
            let half = batch.count / 2
            return await commit(Array(batch[..<half])) + commit(Array(batch[half...]))
        } catch {
            logger.error("documents could not be written", metadata: ["error": "\(error)", "count": "\(batch.count)"])
            for entry in batch { entry.answer.keep(.failure(.unavailable)) }
            return []
        }
    }

    /// Answers callers whose patience ended. They are in the order of their deadlines, since all wait equally long.
    private func answerOverdue() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(100))
            let overdue = open.withLock { open in
                let count = open.prefix { $0.answer.isKept || $0.deadline <= .now }.count
                defer { open.removeFirst(count) }
                return Array(open.prefix(count))
            }
            for entry in overdue { entry.answer.keep(.failure(.unavailable)) }
        }
    }
}

/// One submission on its way, with the caller who waits for it.
private struct Entry: Sendable {
    let submission: Submission
    let deadline: ContinuousClock.Instant
    let answer = Promise<Result<WriteAnswer, DocumentsError>>()

    var weight: Int { max(1, submission.notifications.count) }
}

/// Catches a typed error into a `Result`, for an async body.
private func resultOf<Success, Failure: Error>(
    _ body: () async throws(Failure) -> Success
) async -> Result<Success, Failure> {
    do throws(Failure) { return .success(try await body()) } catch { return .failure(error) }
}
