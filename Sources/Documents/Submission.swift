public import Notifications

/// What one request asks to have written, all of it or nothing.
public struct Submission: Sendable {
    public var tenant: String
    public var notifications: [AcceptedNotification]
    /// Nil when the caller sent no idempotency key.
    public var claim: IdempotencyClaim?
    /// What is to be sent to a topic.
    public var broadcast: Broadcast?

    public init(
        tenant: String, notifications: [AcceptedNotification], claim: IdempotencyClaim? = nil,
        broadcast: Broadcast? = nil
    ) {
        self.tenant = tenant
        self.notifications = notifications
        self.claim = claim
        self.broadcast = broadcast
    }
}

/// A caller's `Idempotency-Key`, with what the request was and what its answer will be.
public struct IdempotencyClaim: Sendable, Hashable {
    public var key: String
    /// SHA-256 of the request's body.
    public var fingerprint: [UInt8]
    /// The body of the 202, stored with the documents and given to every repeat.
    public var answer: String

    public init(key: String, fingerprint: [UInt8], answer: String) {
        self.key = key
        self.fingerprint = fingerprint
        self.answer = answer
    }
}

/// What became of a submission.
public enum WriteAnswer: Sendable, Hashable {
    /// Committed.
    case accepted
    /// The key was used before with the same body; this is what was answered then. Nothing was written.
    case replay(answer: String)
    /// The key was used before with another body. Nothing was written.
    case conflict

    /// What a request with the same key and body gets, given what the first one got.
    func asRepeat(of first: IdempotencyClaim) -> WriteAnswer {
        self == .accepted ? .replay(answer: first.answer) : self
    }
}
