/// Where Redis is, and how long to wait for it.
public struct RedisConfiguration: Sendable {
    public enum Endpoint: Sendable, Equatable {
        case tcp(host: String, port: Int)
        case unix(path: String)
    }

    public var endpoint: Endpoint
    /// Needs a password too; nil is the user `default`.
    public var username: String?
    public var password: String?
    public var database: Int
    /// Set for `rediss://`.
    var tls: RedisTLS?
    /// For the connection and the handshake on it (TLS, `AUTH`, `SELECT`, `PING`) together.
    public var connectTimeout: Duration = .seconds(2)
    /// From the call to the reply, unless the call names its own deadline.
    public var commandTimeout: Duration = .seconds(2)
    public var backoff = RedisBackoff()
    /// The most commands that wait for a reply, and the most callers that wait for a connection; one more is refused.
    public var maximumPending = 10_000

    public init(endpoint: Endpoint, username: String? = nil, password: String? = nil, database: Int = 0) {
        self.endpoint = endpoint
        self.username = username
        self.password = password
        self.database = database
    }
}

extension RedisConfiguration {
    /// Whether what is said to Redis is readable by nobody else.
    public var isEncrypted: Bool { tls != nil }
}

extension RedisConfiguration: CustomStringConvertible, CustomReflectable {
    /// The endpoint and database; never the user or password.
    public var description: String {
        switch endpoint {
        case .tcp(let host, let port): "\(isEncrypted ? "rediss" : "redis")://\(host):\(port)/\(database)"
        case .unix(let path): "redis+unix://\(path)?db=\(database)"
        }
    }

    public var customMirror: Mirror {
        Mirror(self, children: ["endpoint": endpoint, "database": database])
    }
}
