import NIOCore

/// Why a connection was closed.
enum CloseCause: Equatable {
    /// The peer closed it, or the network did.
    case lost
    /// We closed it: shutdown, cancellation, or a reader that is too slow.
    case local
    /// The peer sent what cannot be understood.
    case garbage
    /// TLS failed, in this way.
    case encryption(RedisError)
    /// The peer is a replica, and so not, or no longer, the server we want.
    case replica
    /// A reply was overdue at this time.
    case deadline(NIODeadline)

    /// What a command that was in flight fails with.
    func error(deadline: NIODeadline, sent: Bool) -> RedisError {
        switch self {
        case .deadline(let now) where deadline <= now: .timedOut(sent: sent)
        case .garbage where sent: .protocolViolation
        case .lost, .local, .garbage, .encryption, .replica, .deadline: .connectionLost(sent: sent)
        }
    }

    /// For the log.
    var reason: String {
        switch self {
        case .lost: "closed by peer or network"
        case .local: "closed here"
        case .garbage: "invalid reply"
        case .encryption(let error): error.description
        case .replica: "the server is a replica"
        case .deadline: "reply overdue"
        }
    }
}
