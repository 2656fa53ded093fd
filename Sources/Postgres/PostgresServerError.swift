/// An error as the server reported it.
public struct PostgresServerError: Sendable {
    public let sqlState: SQLState
    /// `ERROR`, or `FATAL` and `PANIC`, after which the connection is gone.
    public let severity: String
    /// The server's words, which may hold values and SQL: for logs of last resort, never for an answer.
    public let message: String
    public let detail: String?
    public let table: String?
    public let constraint: String?

    var isFatal: Bool { severity != "ERROR" }
}

extension PostgresServerError: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String { "Postgres error \(sqlState.rawValue)" }

    public var debugDescription: String {
        var parts = ["\(severity) \(sqlState.rawValue): \(message)"]
        if let detail { parts.append("detail: \(detail)") }
        if let table { parts.append("table: \(table)") }
        if let constraint { parts.append("constraint: \(constraint)") }
        return parts.joined(separator: "; ")
    }
}

/// The five characters by which Postgres names a condition.
///
/// **Source:** PostgreSQL documentation, appendix A, "PostgreSQL Error Codes".
public struct SQLState: RawRepresentable, Sendable, Hashable {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public static let featureNotSupported = Self(rawValue: "0A000")
    public static let uniqueViolation = Self(rawValue: "23505")
    public static let foreignKeyViolation = Self(rawValue: "23503")
    public static let checkViolation = Self(rawValue: "23514")
    public static let idleInTransactionTimeout = Self(rawValue: "25P03")
    public static let unknownStatement = Self(rawValue: "26000")
    public static let serializationFailure = Self(rawValue: "40001")
    public static let deadlockDetected = Self(rawValue: "40P01")
    public static let undefinedTable = Self(rawValue: "42P01")
    public static let lockNotAvailable = Self(rawValue: "55P03")
    public static let queryCanceled = Self(rawValue: "57014")
    public static let adminShutdown = Self(rawValue: "57P01")
    public static let crashShutdown = Self(rawValue: "57P02")
    public static let cannotConnectNow = Self(rawValue: "57P03")
    public static let idleSessionTimeout = Self(rawValue: "57P05")

    /// Class 08, a server that shuts down or starts up, or one that ended the session for being idle too long.
    var isConnectionLoss: Bool {
        switch self {
        case .adminShutdown, .crashShutdown, .cannotConnectNow, .idleInTransactionTimeout, .idleSessionTimeout: true
        default: rawValue.hasPrefix("08")
        }
    }
}
