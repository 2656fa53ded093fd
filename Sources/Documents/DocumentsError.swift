public import Postgres

/// Why a write or a read of documents did not happen.
public enum DocumentsError: Error, Sendable, CustomStringConvertible {
    /// Postgres did not answer in time, or is away. Nothing is known about the write: repeat it with the same key.
    case unavailable
    /// More is waiting to be written than is kept in memory. Nothing was written.
    case overloaded
    /// Postgres refused this very document.
    case refused(PostgresError)

    public var description: String {
        switch self {
        case .unavailable: "Postgres is not available"
        case .overloaded: "too much is waiting to be written"
        case .refused(let error): "Postgres refused the document: \(error)"
        }
    }
}
