internal import CLibPQ
internal import Foundation

/// The one owner of a `PGconn`: sends, and waits for what comes back with a deadline on every wait.
///
/// Not `Sendable`: it lives in its connection's actor and so on that connection's thread. It puts libpq into its
/// non-blocking mode, since only then can a wait be bounded by us.
final class Link {
    let connection: OpaquePointer
    let replyTimeout: Duration?
    let replyGrace: Duration
    /// Whether statements run to their end although the task is cancelled.
    var isShielded = false
    /// Set when a reply was overdue, or the server ended the session: what comes next on the wire means nothing to us.
    private var isBroken = false

    /// - Throws: ``PostgresError/connection(_:)`` at stage `connecting`, or ``PostgresError/cancelled``.
    init(_ configuration: PostgresConfiguration, deadline: ContinuousClock.Instant) throws(PostgresError) {
        guard let connection = PQconnectStart(configuration.connectionString) else {
            throw .connection(PostgresConnectionFailure(stage: .connecting, message: "out of memory"))
        }
        self.connection = connection
        replyTimeout = configuration.replyTimeout
        replyGrace = configuration.replyGrace
        // libpq would print notices to standard error.
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        try finishConnecting(by: deadline)
        PQsetnonblocking(connection, 1)
        try apply(configuration.sessionScript, by: deadline)
    }

    deinit {
        PQfinish(connection)
    }

    var socket: Int32 { PQsocket(connection) }

    /// In order, and outside of any transaction.
    var isReusable: Bool {
        isAlive && PQtransactionStatus(connection) == PQTRANS_IDLE
    }

    var isAlive: Bool { !isBroken && PQstatus(connection) == CONNECTION_OK }

    var isInTransaction: Bool { PQtransactionStatus(connection) != PQTRANS_IDLE }

    /// Runs to its end what must not be left half done, even if the task is cancelled.
    func shielded<Answer: ~Copyable>(_ body: () throws(PostgresError) -> Answer) throws(PostgresError) -> Answer {
        let wasShielded = isShielded
        isShielded = true
        defer { isShielded = wasShielded }
        return try body()
    }

    /// Runs a text of any number of statements without parameters; the reply is the last one's.
    func run(script: String) throws(PostgresError) -> Reply {
        try sent(PQsendQuery(connection, script))
    }

    func prepare(_ name: String, _ query: PostgresQuery) throws(PostgresError) {
        _ = try sent(sendPrepare(name, query))
    }

    /// Runs a prepared statement, parameters and results in binary format.
    func execute(_ name: String, _ bindings: PostgresBindings) throws(PostgresError) -> Reply {
        try sent(sendExecute(name, bindings))
    }

    func sendPrepare(_ name: String, _ query: PostgresQuery) -> Int32 {
        let types = query.bindings.types.map(\.rawValue)
        return PQsendPrepare(connection, name, query.sql, Int32(types.count), types)
    }

    func sendExecute(_ name: String, _ bindings: PostgresBindings) -> Int32 {
        bindings.withPointers { values, lengths, formats in
            PQsendQueryPrepared(connection, name, Int32(bindings.count), values, lengths, formats, 1)
        }
    }
}

// MARK: - Waiting

extension Link {
    private func finishConnecting(by deadline: ContinuousClock.Instant) throws(PostgresError) {
        // **Source:** PostgreSQL documentation, PQconnectPoll: begin as if it had last asked to write.
        var next = PGRES_POLLING_WRITING
        while next != PGRES_POLLING_OK {
            guard next != PGRES_POLLING_FAILED, PQstatus(connection) != CONNECTION_BAD else {
                throw failure(.connecting, libpqMessage)
            }
            let events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT
            while !isReady(for: events, within: .milliseconds(50)) {
                if Task.isCancelled { throw .cancelled }
                if ContinuousClock.now >= deadline { throw failure(.connecting, "timed out") }
            }
            next = PQconnectPoll(connection)
        }
    }

    /// Settings are made by statements, as a pooler drops those that come with the connection.
    private func apply(_ sessionScript: String, by deadline: ContinuousClock.Instant) throws(PostgresError) {
        do throws(PostgresError) {
            guard PQsendQuery(connection, sessionScript) == 1 else { throw lost(libpqMessage) }
            try flush(by: deadline)
            var wait = ReplyWait(deadline: deadline, grace: nil)
            _ = try lastReply(&wait)
        } catch {
            guard case .connection(let loss) = error else { throw error }
            throw Task.isCancelled ? .cancelled : failure(.connecting, loss.message)
        }
    }

    private func sent(_ isSent: Int32) throws(PostgresError) -> Reply {
        guard isSent == 1 else { throw lost(libpqMessage) }
        let deadline = replyTimeout.map { ContinuousClock.now + $0 }
        try flush(by: deadline)
        var wait = replyWait(by: deadline)
        do throws(PostgresError) {
            return try lastReply(&wait)
        } catch {
            throw wait.wasCancelled && error.isStatementTimeout ? .cancelled : error
        }
    }

    func replyWait(by deadline: ContinuousClock.Instant?) -> ReplyWait {
        ReplyWait(deadline: deadline, grace: replyGrace, heedsCancellation: !isShielded)
    }

    /// Reads while it writes, since a server that cannot get rid of its answer stops to listen.
    func flush(by deadline: ContinuousClock.Instant?) throws(PostgresError) {
        while true {
            switch PQflush(connection) {
            case 0: return
            case 1:
                try wait(for: POLLIN | POLLOUT, by: deadline)
                guard PQconsumeInput(connection) == 1 else { throw lost(libpqMessage) }
            default: throw lost(libpqMessage)
            }
        }
    }

    /// The last reply of what was sent. An error is always the last, as the server skips what follows it.
    private func lastReply(_ wait: inout ReplyWait) throws(PostgresError) -> Reply {
        var last: Reply?
        while true {
            guard let result = try nextResult(&wait) else { break }
            let reply = Reply(result)
            if reply.isCopy {
                isBroken = true
                throw .invalidArgument("COPY is not supported")
            }
            if let error = reply.error { try endIfFatal(error) }
            last = consume reply
        }
        guard let last else { throw lost("no reply") }
        if let error = last.error { throw .server(error) }
        return last
    }

    /// Nil after the last result of a statement.
    func nextResult(_ wait: inout ReplyWait) throws(PostgresError) -> OpaquePointer? {
        while PQisBusy(connection) == 1 {
            try awaitInput(&wait)
            guard PQconsumeInput(connection) == 1 else { throw lost(libpqMessage) }
        }
        return PQgetResult(connection)
    }

    /// Whatever ends the wait, the statement is cancelled before the connection is given up: what the server then says
    /// is read to its end, so that the next statement finds the wire empty.
    private func awaitInput(_ wait: inout ReplyWait) throws(PostgresError) {
        while true {
            switch wait.next(at: .now, isCancelled: Task.isCancelled) {
            case .wait(let patience):
                if isReady(for: POLLIN, within: patience) { return }
            case .cancel(let patience):
                guard CancelRequest(connection)?.send(within: patience) == true else {
                    throw lost("the statement could not be cancelled")
                }
            case .giveUp: throw lost("no reply in time")
            }
        }
    }

    private func wait(for events: Int32, by deadline: ContinuousClock.Instant?) throws(PostgresError) {
        let patience = deadline.map { ContinuousClock.now.duration(to: $0) }
        guard isReady(for: events, within: patience) else { throw lost("no reply in time") }
    }

    private func isReady(for events: Int32, within patience: Duration?) -> Bool {
        Socket.isReady(socket, for: events, within: patience)
    }

    var libpqMessage: String { String(cString: PQerrorMessage(connection)) }

    /// After a fatal error comes only the end of the connection.
    func endIfFatal(_ error: PostgresServerError) throws(PostgresError) {
        guard error.isFatal else { return }
        isBroken = true
        throw .server(error)
    }

    func lost(_ message: String) -> PostgresError {
        isBroken = true
        return failure(.running, message)
    }

    private func failure(_ stage: PostgresConnectionFailure.Stage, _ message: String) -> PostgresError {
        .connection(PostgresConnectionFailure(stage: stage, message: message))
    }
}
