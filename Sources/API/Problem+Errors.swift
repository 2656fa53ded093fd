import Documents
import Hummingbird
import Postgres

extension Problem {
    /// The problem that an error of any kind amounts to.
    init(_ error: any Error) {
        self =
            switch error {
            case let problem as Problem: problem
            case let error as DocumentsError: Problem(error)
            case let error as PostgresError: error.isOutage ? .unavailable : .internalError
            // The router has no route for it; nothing else of ours throws these.
            case let error as HTTPError where error.status == .notFound: .notFound
            // The connection or the process goes away.
            case is CancellationError: .unavailable
            default: .internalError
            }
    }

    private init(_ error: DocumentsError) {
        self =
            switch error {
            case .unavailable: .unavailable
            case .overloaded: .overloaded
            case .refused: .refused
            }
    }
}

extension PostgresError {
    /// Whether it is about the server or the way to it, and not about the statement.
    fileprivate var isOutage: Bool {
        switch self {
        case .poolTimeout, .closed, .cancelled: true
        default: isConnectionLoss || isStatementTimeout || isLockTimeout || isRetryableConflict
        }
    }
}
