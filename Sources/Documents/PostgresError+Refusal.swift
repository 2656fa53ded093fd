public import Postgres

extension PostgresError {
    /// Whether it is about the statement's own values, so that the same ones will fail again and others may not.
    ///
    /// **Source:** PostgreSQL documentation, appendix A: class 22 is a data exception, 23 an integrity violation, 54 a
    /// limit of the program.
    public var isRefusal: Bool {
        switch self {
        case .server(let error): ["22", "23", "54"].contains(error.sqlState.rawValue.prefix(2))
        case .invalidArgument: true
        default: false
        }
    }
}
