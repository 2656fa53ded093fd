/// One session with the server. Its statements run one after the other on a thread of its own.
///
/// As an actor it serves whoever asks next, so a transaction is only one if nobody else holds the connection meanwhile:
/// take connections from a ``PostgresPool``, and do not let one out of the closure it was given to.
///
/// Cancelling the task cancels the statement that it waits for, on the server, and leaves the connection usable.
/// `BEGIN`, `COMMIT` and `ROLLBACK` are run to their end.
/// The thread ends when the connection is released.
public actor PostgresConnection {
    private let thread: ConnectionThread
    private var link: Link?
    var statements: StatementCache
    /// Whether a transaction was announced whose `BEGIN` goes ahead of its first statement, in the same round trip.
    var isBeginDue = false
    private nonisolated let status = ConnectionStatus()

    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private init(_ configuration: PostgresConfiguration) {
        thread = ConnectionThread(name: configuration.applicationName)
        statements = StatementCache(limit: configuration.preparedStatementLimit)
    }

    isolated deinit {
        // Here, not by leaving it to the end of the object, so that libpq says goodbye on the thread.
        link = nil
        thread.end()
    }

    /// Opens a session with all settings of the configuration.
    ///
    /// - Throws: ``PostgresError/connection(_:)`` at stage `connecting` if that fails or takes longer than
    ///   `connectTimeout`, ``PostgresError/cancelled`` soon after the task was cancelled.
    public static func connect(
        _ configuration: PostgresConfiguration
    ) async throws(PostgresError) -> PostgresConnection {
        try await connect(configuration, by: .now + configuration.connectTimeout)
    }

    static func connect(
        _ configuration: PostgresConfiguration, by deadline: ContinuousClock.Instant
    ) async throws(PostgresError) -> PostgresConnection {
        let connection = PostgresConnection(configuration)
        try await connection.open(configuration, by: deadline)
        return connection
    }

    private func open(
        _ configuration: PostgresConfiguration, by deadline: ContinuousClock.Instant
    ) throws(PostgresError) {
        defer { publishStatus() }
        link = try Link(configuration, deadline: deadline)
    }

    /// Runs one statement, preparing it if it is not yet prepared.
    ///
    /// - Throws: ``PostgresError/server(_:)`` if the server refuses it, ``PostgresError/connection(_:)`` if the
    ///   connection breaks, after which it is of no more use, ``PostgresError/cancelled`` if the task was cancelled and
    ///   the statement had no effect, ``PostgresError/invalidArgument(_:)`` before anything is sent.
    @discardableResult
    public func query(_ query: PostgresQuery) throws(PostgresError) -> PostgresResult {
        if isBeginDue { return try pipelined([query])[0] }
        try query.validate()
        let link = try openLink()
        defer { publishStatus() }
        do {
            return try execute(query, on: link)
        } catch {
            // The schema changed under a prepared statement, or something deallocated it. Outside of a transaction it
            // has had no effect, so it can simply be run again.
            guard error.isStaleStatement, forget(query, on: link), !link.isInTransaction else { throw error }
            return try execute(query, on: link)
        }
    }

    /// As ``query(_:)``, but not to be cancelled: for what must not be left half done.
    @discardableResult
    func queryToItsEnd(_ query: PostgresQuery) throws(PostgresError) -> PostgresResult {
        try openLink().shielded { () throws(PostgresError) in try self.query(query) }
    }

    /// Runs a text of any number of statements without parameters, by default all in one transaction.
    public func run(script: String) throws(PostgresError) {
        _ = try command(script)
    }

    /// Ends the session; a transaction left open is rolled back by the server.
    public func close() {
        link = nil
        publishStatus()
    }
}

// MARK: - For the pool

extension PostgresConnection {
    /// Whether another user may have it: in order and outside of any transaction when its last statement ended.
    nonisolated var isReusable: Bool { status.isReusable }

    /// Whether an idle connection is still good, for the price of one system call that does not wait.
    ///
    /// What a server says unasked is nearly always its goodbye, and a new connection costs less than a mistake.
    nonisolated var isStillOpen: Bool {
        isReusable && !Socket.hasInput(status.socket)
    }
}

// MARK: - Statements

extension PostgresConnection {
    func openLink() throws(PostgresError) -> Link {
        guard let link else { throw .closed }
        return link
    }

    func publishStatus() {
        status.publish(socket: link?.socket ?? -1, isReusable: link?.isReusable ?? false)
    }

    private func execute(_ query: PostgresQuery, on link: Link) throws(PostgresError) -> PostgresResult {
        let statement = try prepared(query, on: link)
        let reply = try link.execute(statement.name, query.bindings)
        let columns = statement.columns ?? reply.columns()
        if statement.columns == nil { statements.learn(columns, of: query) }
        return PostgresResult(cells: reply.cells(columns), affected: reply.affected)
    }

    private func prepared(_ query: PostgresQuery, on link: Link) throws(PostgresError) -> StatementCache.Statement {
        if let statement = statements.find(query) { return statement }
        let name = statements.nextName()
        try link.prepare(name, query)
        let statement = statements.insert(query, name: name)
        try deallocateSurplus(on: link)
        return statement
    }

    func deallocateSurplus(on link: Link) throws(PostgresError) {
        while let evicted = statements.evict() { try deallocate(evicted, on: link) }
    }

    /// False if it was not prepared.
    func forget(_ query: PostgresQuery, on link: Link) -> Bool {
        guard let name = statements.remove(query) else { return false }
        // Inside a failed transaction this is refused; a statement too many on the server does no harm.
        try? deallocate(name, on: link)
        return true
    }

    private func deallocate(_ name: String, on link: Link) throws(PostgresError) {
        _ = try link.shielded { () throws(PostgresError) in try link.run(script: "DEALLOCATE \(name)") }
    }

    /// Runs a text by the simple protocol and returns the tag of its last statement.
    func command(_ script: String) throws(PostgresError) -> String {
        guard !script.utf8.contains(0) else { throw .invalidArgument("SQL holds a NUL character") }
        defer { publishStatus() }
        let link = try openLink()
        if isBeginDue {
            isBeginDue = false
            _ = try link.run(script: "BEGIN")
        }
        return try link.run(script: script).tag
    }
}

extension PostgresError {
    /// "Cached plan must not change result type", or no such prepared statement.
    var isStaleStatement: Bool {
        guard case .server(let error) = self else { return false }
        return error.sqlState == .featureNotSupported || error.sqlState == .unknownStatement
    }
}

extension PostgresQuery {
    /// **Source:** the protocol counts parameters in two bytes.
    private static let mostBindings = 65_535

    func validate() throws(PostgresError) {
        if let refusal = bindings.buffer.refusal { throw .invalidArgument(refusal) }
        guard bindings.count <= Self.mostBindings else { throw .invalidArgument("more than 65535 values") }
        guard !sql.utf8.contains(0) else { throw .invalidArgument("SQL holds a NUL character") }
    }
}
