/// How busy a pool is at one moment, and what it has done so far.
public struct PostgresPoolStatistics: Sendable, Hashable {
    /// Lent, or being opened.
    public let inUse: Int
    public let idle: Int
    /// Tasks that wait for a connection.
    public let waiting: Int
    public let totals: PostgresPoolTotals

    public var open: Int { inUse + idle }
}

/// What a pool has done since it was made; none of it ever falls.
public struct PostgresPoolTotals: Sendable, Hashable {
    /// Times that somebody got a place: a connection, or the right to open one.
    public internal(set) var acquired = 0
    /// Waits for a place that are over, however they ended. Whoever was served at once did not wait.
    public internal(set) var waited = 0
    /// How long those waits took together.
    public internal(set) var waitedTime: Duration = .zero
    /// Waits that ended with ``PostgresError/poolTimeout``.
    public internal(set) var timedOut = 0
}
