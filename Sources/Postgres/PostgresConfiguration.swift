internal import CLibPQ

/// Where the server is and how we behave towards it.
public struct PostgresConfiguration: Sendable {
    /// What the URL said, by libpq's keyword; may hold a password.
    let endpoint: [String: String]

    /// Shown in `pg_stat_activity`.
    public var applicationName = "belfry"
    /// The schema unqualified names are looked up in; nil leaves it to the server.
    public var searchPath: String?

    /// The most connections a pool opens.
    public var poolSize = 8
    /// How long to wait for a connection of the pool, opening one included.
    public var acquireTimeout: Duration = .seconds(2)
    /// How long opening a connection may take.
    public var connectTimeout: Duration = .seconds(2)

    /// How long the server lets a statement run; zero for ever.
    public var statementTimeout: Duration = .seconds(5)
    /// How long the server lets a statement wait for a lock; zero for ever.
    public var lockTimeout: Duration = .seconds(1)
    /// How long the server lets a transaction do nothing before it ends the session; zero for ever.
    public var idleInTransactionTimeout: Duration = .seconds(10)
    /// How much longer than `statementTimeout` we wait for a reply before we cancel the statement, and how long after a
    /// cancellation before we give the connection up for lost.
    public var replyGrace: Duration = .seconds(2)

    /// Plan each statement once, through indexes and nested loops only: for statements that find their rows by key.
    ///
    /// Left to itself the planner goes by statistics, and a plan made while a queue table was empty joins all of it once
    /// it is full. Planning every execution anew is safe too, and was measured to cost a quarter of all that Postgres
    /// does for a notification.
    public var plansByKey = false
    /// How many statements a connection keeps prepared; the one unused for longest goes first.
    public var preparedStatementLimit = 256

    /// - Parameter url: any URL or connection string of libpq, such as `postgresql:///belfry?host=/run/postgresql`.
    /// - Throws: ``PostgresError/invalidConfiguration(_:)`` if libpq does not understand it.
    public init(url: String) throws(PostgresError) {
        guard let options = PQconninfoParse(url, nil) else {
            throw .invalidConfiguration("the URL is not one that libpq understands")
        }
        defer { PQconninfoFree(options) }
        var endpoint: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { endpoint[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        self.endpoint = endpoint
    }

    /// When a reply that is waited for from now on is overdue; nil if statements may run for ever.
    var replyTimeout: Duration? {
        statementTimeout == .zero ? nil : statementTimeout + replyGrace
    }
}

extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible {
    /// Without the password, and whatever else the URL held.
    public var description: String {
        "\(endpoint["dbname"] ?? "?") on \(endpoint["host"] ?? "the default host") as \(applicationName)"
    }

    public var debugDescription: String { description }
}
