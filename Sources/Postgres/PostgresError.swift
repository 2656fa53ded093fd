/// Everything that can go wrong between us and Postgres.
///
/// `description` is safe to show to anybody; what the server or libpq said, which may hold values, addresses and SQL,
/// is in `debugDescription` only.
public enum PostgresError: Error, Sendable {
    /// No connection could be made, or one was lost.
    case connection(PostgresConnectionFailure)
    /// No connection came free within ``PostgresConfiguration/acquireTimeout``.
    case poolTimeout
    /// The connection or the pool was closed before.
    case closed
    /// The task was cancelled while it waited for a connection, or while the server ran its statement, which then had no
    /// effect; a transaction that the statement was part of can only be rolled back.
    case cancelled
    /// The server refused the statement.
    case server(PostgresServerError)
    /// `COMMIT` was answered with a rollback, because a statement of the transaction had failed unheeded.
    case rolledBack
    /// A column is not there, or holds what was not expected.
    case decoding(column: String, expected: String)
    /// The query was not sent, because of a value or shape that Postgres cannot take. The reason holds no value.
    case invalidArgument(String)
    /// The settings make no sense. The reason holds no part of the URL.
    case invalidConfiguration(String)
    /// The schema is not the one this binary knows.
    case migration(MigrationProblem)
}

/// A connection that was not made, or broke.
public struct PostgresConnectionFailure: Sendable {
    public enum Stage: String, Sendable {
        /// Nothing was sent, so nothing happened.
        case connecting
        /// A statement was on its way: it may or may not have taken effect.
        case running
    }

    public let stage: Stage
    /// What libpq said; may name hosts and users.
    public let message: String
}

extension PostgresError {
    private var sqlState: SQLState? {
        if case .server(let error) = self { error.sqlState } else { nil }
    }

    /// The connection is gone or was refused; the statement may or may not have taken effect.
    public var isConnectionLoss: Bool {
        if case .connection = self { return true }
        return sqlState?.isConnectionLoss ?? false
    }

    public var isUniqueViolation: Bool { sqlState == .uniqueViolation }

    /// A conflict with another transaction, which running the whole transaction again will resolve.
    public var isRetryableConflict: Bool { sqlState == .serializationFailure || sqlState == .deadlockDetected }

    /// A lock was not had within `lock_timeout`, or at once where `NOWAIT` asked for that.
    public var isLockTimeout: Bool { sqlState == .lockNotAvailable }

    /// The statement ran into `statement_timeout` or was cancelled from outside.
    public var isStatementTimeout: Bool { sqlState == .queryCanceled }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String {
        switch self {
        case .connection(let failure): "Postgres connection failed while \(failure.stage.rawValue)"
        case .poolTimeout: "no Postgres connection came free in time"
        case .closed: "the Postgres connection is closed"
        case .cancelled: "cancelled before Postgres had done it"
        case .server(let error): error.description
        case .rolledBack: "the transaction was rolled back, because one of its statements had failed"
        case .decoding(let column, let expected): "column \(column) is not \(expected)"
        case .invalidArgument(let reason): "the query was not sent: \(reason)"
        case .invalidConfiguration(let reason): "the Postgres settings are wrong: \(reason)"
        case .migration(let problem): problem.description
        }
    }

    public var debugDescription: String {
        switch self {
        case .connection(let failure): "\(description): \(failure.message)"
        case .server(let error): error.debugDescription
        case .migration(let problem): problem.debugDescription
        default: description
        }
    }
}
