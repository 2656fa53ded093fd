/// What can go wrong between a command and its reply.
///
/// `description` is safe to log. `debugDescription` may quote what the server said, and the server may quote arguments.
public enum RedisError: Error, Sendable, Equatable {
    /// The connection URL cannot be used; the reason never quotes it.
    case invalidURL(reason: String)
    /// The files with certificates cannot be used; the reason never quotes them.
    case unusableCertificates(reason: String)
    /// No TCP or Unix connection came about.
    case unreachable(detail: String)
    /// The server's certificate is of an authority that is not trusted, or not for the host of the URL.
    case untrusted(detail: String)
    /// No TLS connection came about: the server does not speak it, or refuses our certificate.
    case encryptionFailed(detail: String)
    /// The deadline passed while there was no connection; `last` is how the latest attempt to connect failed.
    indirect case notConnected(last: RedisError?)
    /// `maximumPending` commands are waiting already.
    case overloaded
    /// A blocking connection runs one command at a time.
    case busy
    /// The client has been shut down.
    case closed
    /// The waiting task was cancelled.
    case cancelled(sent: Bool)
    /// The deadline passed before the reply came. The connection is dropped.
    case timedOut(sent: Bool)
    /// The connection ended before the reply came.
    case connectionLost(sent: Bool)
    /// The server sent what is not RESP2, or a reply to nothing. The connection is dropped.
    case protocolViolation
    /// The server answered with an error: its first word (`WRONGTYPE`, `OOM`, …) and the rest.
    case reply(prefix: String, message: String)

    /// Whether the command certainly had no effect, because no byte of it left this process.
    ///
    /// When false and the error is not ``reply(prefix:message:)``, the outcome is unknown.
    public var wasNeverSent: Bool {
        switch self {
        case .invalidURL, .unusableCertificates, .unreachable, .untrusted, .encryptionFailed, .notConnected,
            .overloaded,
            .busy, .closed:
            true
        case .cancelled(let sent), .timedOut(let sent), .connectionLost(let sent): !sent
        case .protocolViolation, .reply: false
        }
    }

    /// Whether the server lets us in only with another user or password.
    public var isAccessRefused: Bool {
        switch self {
        case .reply(prefix: "WRONGPASS", _), .reply(prefix: "NOAUTH", _), .reply(prefix: "NOPERM", _): true
        case .notConnected(let last?): last.isAccessRefused
        default: false
        }
    }

    /// Splits an error reply at its first space.
    init(reply text: String) {
        let words = text.split(separator: " ", maxSplits: 1)
        self = .reply(prefix: words.first.map { String($0) } ?? "", message: words.dropFirst().joined())
    }

    /// The same failure, of a pipeline of which another part has run.
    var ofPartlySentPipeline: RedisError {
        switch self {
        case .timedOut, .notConnected: .timedOut(sent: true)
        case .cancelled: .cancelled(sent: true)
        case _ where wasNeverSent: .connectionLost(sent: true)
        default: self
        }
    }
}
