public import Foundation
public import Notifications

/// What one request asks to have written, all of it or nothing.
public struct Submission: Sendable {
    public var tenant: String
    public var notifications: [AcceptedNotification]
    /// Nil when the caller sent no idempotency key.
    public var claim: IdempotencyClaim?
    /// What is to be sent to a topic.
    public var broadcast: Broadcast?
    /// Nil where nothing is limited.
    public var limits: Limits?

    /// What its users may get of it, which is decided while it is written.
    public struct Limits: Sendable {
        var charges: [LimitCharge]
        var now: Date
        var settle: @Sendable ([LimitLedger.Answer]) -> (notifications: [AcceptedNotification], answer: String)?

        /// - Parameter settle: what is to be written and answered once that is known; nil where nothing is left of it.
        public init(
            _ charges: [LimitCharge], at now: Date,
            settle:
                @escaping @Sendable ([LimitLedger.Answer]) -> (
                    notifications: [AcceptedNotification], answer: String
                )?
        ) {
            self.charges = charges
            self.now = now
            self.settle = settle
        }
    }

    public init(
        tenant: String, notifications: [AcceptedNotification], claim: IdempotencyClaim? = nil,
        broadcast: Broadcast? = nil, limits: Limits? = nil
    ) {
        self.tenant = tenant
        self.notifications = notifications
        self.claim = claim
        self.broadcast = broadcast
        self.limits = limits
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
    /// Committed, as far as its users may get it: by these answers it is this.
    case booked([LimitLedger.Answer], answer: String)
    /// Its users may get nothing of it. Nothing was written.
    case limited([LimitLedger.Answer])
    /// The key was used before with the same body; this is what was answered then. Nothing was written.
    case replay(answer: String)
    /// The key was used before with another body. Nothing was written.
    case conflict

    /// What a request with the same key and body gets, given what the first one got.
    func asRepeat(of first: IdempotencyClaim) -> WriteAnswer {
        switch self {
        case .accepted: .replay(answer: first.answer)
        case .booked(_, let answer): .replay(answer: answer)
        case .limited, .replay, .conflict: self
        }
    }
}
