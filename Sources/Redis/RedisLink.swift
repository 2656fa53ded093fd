import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Keeps one connection: makes it on first use, makes it again when it breaks, and lends it to whoever asks.
final class RedisLink: Sendable {
    private typealias Waiter = CheckedContinuation<Result<RedisConnection, RedisError>, Never>

    let eventLoop: any EventLoop
    private let configuration: RedisConfiguration
    private let idleTimeout: Duration?
    private let logger: Logger
    private let state: Mutex<ReconnectState<RedisConnection, Waiter>>
    private let nextID = Atomic<UInt64>(0)
    private let connections = Atomic<Int>(0)
    private let commands = Atomic<Int>(0)

    init(
        _ configuration: RedisConfiguration, idleTimeout: Duration? = nil, logger: Logger,
        eventLoopGroup: any EventLoopGroup
    ) {
        self.configuration = configuration
        self.idleTimeout = idleTimeout
        self.logger = logger
        eventLoop = eventLoopGroup.next()
        state = Mutex(ReconnectState(limit: configuration.maximumPending))
    }

    deinit {
        close()
    }

    var statistics: RedisStatistics {
        RedisStatistics(
            reconnects: max(0, connections.load(ordering: .relaxed) - 1),
            commandsSent: commands.load(ordering: .relaxed))
    }

    func noteSent(_ count: Int) {
        commands.add(count, ordering: .relaxed)
    }

    /// Connects ahead of the first use.
    func start() {
        perform(state.withLock { $0.start() })
    }

    /// The connection, as soon as there is one.
    ///
    /// Throws ``RedisError/notConnected(last:)`` at the deadline, `cancelled(sent: false)`, `overloaded` or
    /// `closed`.
    func connection(until deadline: NIODeadline) async throws(RedisError) -> RedisConnection {
        guard !Task.isCancelled else { throw .cancelled(sent: false) }
        if case .connected(let connection) = state.withLock({ $0.phase }) { return connection }
        let id = nextID.add(1, ordering: .relaxed).newValue
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { wait($0, id: id, until: deadline) }
        } onCancel: {
            withdraw(id, because: .cancelled(sent: false))
        }.get()
    }

    /// Forgets the connection if it is the present one, and makes another.
    func lost(_ connection: RedisConnection) {
        let action = state.withLock { $0.lost(connection) }
        guard case .backOff = action else { return }
        logger.warning("Redis connection lost", metadata: metadata(reason: connection.closeCause?.reason))
        perform(action)
    }

    /// Closes the present connection, if any; another is made.
    func drop() {
        if case .connected(let connection) = state.withLock({ $0.phase }) { connection.close() }
    }

    /// Closes for good. Returns the connection that was open.
    @discardableResult
    func close() -> RedisConnection? {
        let (connection, waiters) = state.withLock { $0.close() }
        connection?.close()
        for waiter in waiters { waiter.resume(returning: .failure(.closed)) }
        return connection
    }
}

extension RedisLink {
    private func wait(_ waiter: Waiter, id: UInt64, until deadline: NIODeadline) {
        switch state.withLock({ $0.request(id: id, waiter: waiter) }) {
        case .use(let connection):
            waiter.resume(returning: .success(connection))
        case .refuse(let error):
            waiter.resume(returning: .failure(error))
        case .wait(let action):
            perform(action)
            // A cancellation that came before the waiter was kept found nothing to withdraw.
            if Task.isCancelled { withdraw(id, because: .cancelled(sent: false)) }
            guard deadline < .distantFuture else { return }
            eventLoop.scheduleTask(deadline: deadline) { [weak self] in self?.withdraw(id, because: nil) }
        }
    }

    /// `error` nil: the deadline passed.
    private func withdraw(_ id: UInt64, because error: RedisError?) {
        let (waiter, last) = state.withLock { ($0.withdraw(id: id), $0.lastFailure) }
        waiter?.resume(returning: .failure(error ?? .notConnected(last: last)))
    }

    private func perform(_ action: ReconnectState<RedisConnection, Waiter>.Action) {
        switch action {
        case .none:
            break
        case .connect:
            connect()
        case .backOff(let failures):
            eventLoop.scheduleTask(in: TimeAmount(configuration.backoff.delay(failures: failures))) { [weak self] in
                guard let self else { return }
                perform(state.withLock { $0.backoffElapsed() })
            }
        case .deliver(let connection, let waiters):
            connections.add(1, ordering: .relaxed)
            logger.info("Redis connected", metadata: metadata())
            connection.channel.closeFuture.whenComplete { [weak self] _ in self?.lost(connection) }
            for waiter in waiters { waiter.resume(returning: .success(connection)) }
        case .discard(let connection):
            connection.close()
        }
    }

    private func connect() {
        RedisConnection.connect(configuration, idleTimeout: idleTimeout, on: eventLoop).whenComplete {
            [weak self] result in
            switch result {
            case .success(let connection):
                guard let self else { return connection.close() }
                perform(state.withLock { $0.succeeded(connection) })
            case .failure(let error):
                self?.connectFailed(error as? RedisError ?? .unreachable(detail: String(describing: error)))
            }
        }
    }

    private func connectFailed(_ error: RedisError) {
        let action = state.withLock { $0.failed(error) }
        guard case .backOff(let failures) = action else { return }
        // The rest of an outage says nothing new.
        let level: Logger.Level = failures == 1 ? .warning : .debug
        logger.log(level: level, "cannot connect to Redis", metadata: metadata(reason: error.description))
        perform(action)
    }

    private func metadata(reason: String? = nil) -> Logger.Metadata {
        var metadata: Logger.Metadata = [LogKey.endpoint.rawValue: "\(configuration)"]
        if let reason { metadata[LogKey.reason.rawValue] = "\(reason)" }
        return metadata
    }
}

/// The keys of this target's log lines.
private enum LogKey: String {
    case endpoint = "redis_endpoint"
    case reason
}
