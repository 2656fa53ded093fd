public import Logging
internal import Synchronization

/// At most so many connections, lent to one user at a time, in the order of asking.
///
/// A connection that broke, or came back inside a transaction, is closed and never lent again. Before an idle one is
/// lent it is looked at, so after a restart of the server only the statements that ran at that moment fail.
/// Settings that a user makes for the session (`SET`) stay with the connection.
public final class PostgresPool: Sendable {
    typealias Place = PoolPlace<PostgresConnection>
    typealias Turn = Result<Place, PostgresError>
    typealias State = PoolState<PostgresConnection, CheckedContinuation<Turn, Never>>

    private let configuration: PostgresConfiguration
    private let logger: Logger
    let state: Mutex<State>

    /// Opens nothing yet.
    public init(_ configuration: PostgresConfiguration, logger: Logger) {
        precondition(configuration.poolSize > 0, "a pool needs room for a connection")
        self.configuration = configuration
        self.logger = logger
        state = Mutex(State(limit: configuration.poolSize))
    }

    public var statistics: PostgresPoolStatistics {
        state.withLock { state in
            PostgresPoolStatistics(
                inUse: state.inUse, idle: state.idle.count, waiting: state.waiting, totals: state.totals)
        }
    }

    /// Lends a connection for as long as `body` runs.
    ///
    /// - Throws: what `body` throws, or before it is called: ``PostgresError/poolTimeout``,
    ///   ``PostgresError/cancelled``, ``PostgresError/closed``, or ``PostgresError/connection(_:)`` at
    ///   stage `connecting`.
    public nonisolated(nonsending) func withConnection<Answer>(
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Answer
    ) async throws -> Answer {
        let connection = try await acquire()
        do {
            let answer = try await body(connection)
            await giveBack(connection)
            return answer
        } catch {
            await giveBack(connection)
            throw error
        }
    }

    /// Runs one statement, which is its own transaction.
    ///
    /// - Throws: as ``withConnection(_:)`` and ``PostgresConnection/query(_:)`` do.
    @discardableResult
    public nonisolated(nonsending) func query(
        _ query: PostgresQuery
    ) async throws(PostgresError) -> PostgresResult {
        let connection = try await acquire()
        do {
            let result = try await connection.query(query)
            await giveBack(connection)
            return result
        } catch {
            await giveBack(connection)
            throw error
        }
    }

    /// Runs a transaction on one connection; see ``PostgresConnection/transaction(_:)``.
    public nonisolated(nonsending) func transaction<Answer>(
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Answer
    ) async throws -> Answer {
        try await withConnection { connection in
            try await connection.transaction(body)
        }
    }

    /// Sends away whoever waits and closes the connections: idle ones now, the others when they come back.
    public func close() async {
        let (waiters, connections) = state.withLock { $0.close() }
        for waiter in waiters { waiter.resume(returning: .failure(.closed)) }
        for connection in connections { await connection.close() }
    }
}

// MARK: - Lending

extension PostgresPool {
    private nonisolated(nonsending) func acquire() async throws(PostgresError) -> PostgresConnection {
        let deadline = ContinuousClock.now + configuration.acquireTimeout
        switch try await place(by: deadline) {
        case .empty: return try await open(by: deadline)
        case .connection(let connection):
            if connection.isStillOpen { return connection }
            logger.info("replacing a Postgres connection that was closed while idle")
            await connection.close()
            return try await open(by: deadline)
        }
    }

    private nonisolated(nonsending) func open(
        by deadline: ContinuousClock.Instant
    ) async throws(PostgresError) -> PostgresConnection {
        do {
            return try await PostgresConnection.connect(
                configuration, by: min(deadline, .now + configuration.connectTimeout))
        } catch {
            passOn(nil)
            throw error
        }
    }

    private nonisolated(nonsending) func giveBack(_ connection: PostgresConnection) async {
        let isReusable = connection.isReusable
        if !isReusable {
            logger.info("closing a Postgres connection that is broken or was left in a transaction")
            await connection.close()
        }
        // After the close, so that there are never more than the limit.
        if !passOn(isReusable ? connection : nil) { await connection.close() }
    }

    /// False if the pool is closed.
    @discardableResult
    private func passOn(_ connection: PostgresConnection?) -> Bool {
        switch state.withLock({ $0.giveBack(connection) }) {
        case .pass(let place, let waiter):
            waiter.resume(returning: .success(place))
            return true
        case .keep: return true
        case .discard: return false
        }
    }
}
