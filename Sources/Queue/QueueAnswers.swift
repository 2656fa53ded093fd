public import Foundation
public import Notifications

/// What enqueueing one job did.
public enum EnqueueAnswer: String, Sendable, Hashable {
    case created
    /// It was known, and is where it should be.
    case exists
    /// It was scheduled for later, and now for earlier.
    case earlier
    /// It was known, but Redis had lost its place.
    case restored
}

/// A job in a worker's hands until its lease ends.
public struct ClaimedJob: Sendable, Hashable {
    /// The notification's id.
    public var id: UUID
    public var route: Route
    /// Names this claim: whoever shows another one has lost the lease.
    public var token: Int64
    /// Whose tokens and slots it took; nil where nothing was limited.
    public var provider: LimitedProvider?
    /// Calls that it may make at once; nil for any number.
    public var slots: Int?
    /// The provider whose circuit it may close, being the only one that is let through; nil for all others.
    public var probed: String?

    public init(
        id: UUID, route: Route, token: Int64, provider: LimitedProvider? = nil, slots: Int? = nil,
        probed: String? = nil
    ) {
        self.id = id
        self.route = route
        self.token = token
        self.provider = provider
        self.slots = slots
        self.probed = probed
    }
}

/// What a claim came to.
public enum ClaimAnswer: Sendable, Hashable {
    /// Jobs, possibly none, all for `provider`. `next` is the wait until something more falls due; nil for nothing known.
    case jobs([ClaimedJob], provider: String, next: Duration?)
    case paused
    /// Something waits and no provider has room for it before `next` has passed, or something else falls due then.
    case throttled(Lack, next: Duration)
    /// Redis has lost its memory of this route, or shows an older one: nothing is granted before a rebuild.
    case rebuild

    /// What a provider has too little of.
    public enum Lack: String, Sendable, Hashable, CaseIterable {
        /// Tokens.
        case rate
        /// Tokens beyond the last tenth of the bucket, which `low` leaves to others.
        case reserve
        /// One of what is in flight must end first: then the bell rings.
        case slots
        /// It told us to wait.
        case blocked
        /// It fails, and nobody may try it before then; or one delivery does, and its end rings the bell.
        case circuit
    }
}

/// Whether an endpoint may be called.
public enum KnockAnswer: Sendable, Hashable {
    /// It may. A probe is the only one for now, and what becomes of it closes the circuit or opens it again.
    case come(isProbe: Bool)
    /// Not before this wait: it keeps failing, or a probe is under way.
    case wait(Duration)
}

/// What is to become of a claimed job.
public struct JobEnding: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// Done: forget it.
        case settle
        /// Again after this wait.
        case retry(after: Duration)
        /// Back to the head of its list, as if never claimed.
        case release
    }

    public var job: ClaimedJob
    public var kind: Kind
    /// Tokens that it took in the end; nil for its cost. A release took none.
    public var spent: Int?

    public init(_ job: ClaimedJob, _ kind: Kind, spent: Int? = nil) {
        self.job = job
        self.kind = kind
        self.spent = kind == .release ? 0 : spent
    }
}

/// What became of it.
public enum EndingAnswer: String, Sendable, Hashable {
    case settled
    /// Somebody else has it now; nothing was changed.
    case leaseLost
    /// Redis does not know it any more.
    case gone
}

/// A reply of a script that is none of those it can give.
public struct QueueReplyError: Error, Sendable, CustomStringConvertible {
    public let script: String
    /// The first word of an error reply; nothing that could come from a caller.
    public let code: String?

    init(script: String, reply: String? = nil) {
        self.script = script
        code = reply?.split(separator: " ").first.map { String($0) }
    }

    public var description: String { "unexpected reply of the script \(script)\(code.map { ": \($0)" } ?? "")" }
}
