import Synchronization

/// What one transaction came to.
struct SMTPDispatch: Sendable, Hashable {
    /// In the order of the envelope's recipients.
    var results: [SMTPResult]
    /// False when the server said nothing: then it did nothing either.
    var wasAnswered: Bool

    /// Whether the connection was gone before the transaction began, as far as the server is concerned.
    var foundConnectionClosed: Bool {
        switch results.first {
        case .notSent(.connectionLost): !wasAnswered
        case .refused(let reply, let phase): reply.closesConnection && (phase == .sender || phase == .reset)
        default: false
        }
    }
}

/// Whether a connection can take another message; it is asked from anywhere.
final class UsableFlag: Sendable {
    private let flag = Atomic(true)

    var isSet: Bool { flag.load(ordering: .acquiring) }

    func clear() { flag.store(false, ordering: .releasing) }
}
