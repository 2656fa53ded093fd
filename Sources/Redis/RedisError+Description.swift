extension RedisError: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String {
        switch self {
        case .invalidURL(let reason): "invalid Redis URL: \(reason)"
        case .unusableCertificates(let reason): "unusable certificates for Redis: \(reason)"
        case .unreachable: "Redis is unreachable"
        case .untrusted: "the certificate of Redis is not trusted, or not for the host of the URL"
        case .encryptionFailed: "no TLS connection to Redis came about"
        case .notConnected(let last): "not connected to Redis" + (last.map { " (\($0))" } ?? "")
        case .overloaded: "too many Redis commands are pending"
        case .busy: "this blocking Redis connection already runs a command"
        case .closed: "the Redis client is shut down"
        case .cancelled(let sent): "Redis command cancelled, \(Self.fate(sent))"
        case .timedOut(let sent): "Redis command timed out, \(Self.fate(sent))"
        case .connectionLost(let sent): "Redis connection lost, \(Self.fate(sent))"
        case .protocolViolation: "Redis sent an invalid reply"
        case .reply(let prefix, _): "Redis answered \(Self.isCode(prefix) ? prefix : "with an error")"
        }
    }

    public var debugDescription: String {
        switch self {
        case .unreachable(let detail), .untrusted(let detail), .encryptionFailed(let detail):
            "\(description): \(detail)"
        case .notConnected(let last?): "not connected to Redis (\(last.debugDescription))"
        case .reply(let prefix, let message): "Redis answered \(prefix) \(message)"
        default: description
        }
    }

    private static func fate(_ sent: Bool) -> String {
        sent ? "outcome unknown" : "never sent"
    }

    /// A script may put anything in the first word, so only what looks like a code is shown.
    private static func isCode(_ prefix: String) -> Bool {
        !prefix.isEmpty && prefix.utf8.allSatisfy { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }
    }
}
