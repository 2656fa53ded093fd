import NIOCore

/// How far a connection is with its requests and answers, and until when its peer must have gone on.
///
///     idle ──byte──▶ head comes ──head──▶ body comes ──end──▶ to be answered ──answer──▶ idle
///      │                 │                    │ (refused with 408)      └─last answer──▶ closing ─▶ closed
///      └──── late ───────┴──▶ closed          └ late, or answered before its end and late ─▶ closed
///
/// Requests may be sent ahead of answers; then the earliest unfinished step counts. While we owe an answer, only a body
/// that does not come is the peer's fault. A pure value: the guard around it reads the time and closes.
struct ConnectionClock {
    struct Limits: Sendable {
        /// From a head's first byte to its end.
        var head: TimeAmount
        /// From the end of a head to the end of its body.
        var body: TimeAmount
        /// Between requests.
        var idle: TimeAmount
        /// For one more request on an idle connection when the server shuts down.
        var drain: TimeAmount
        /// For the peer to hang up once our last answer is sent.
        var closing: TimeAmount = .seconds(2)
    }

    enum Expiry: Equatable {
        case nothing
        case close
        /// Whoever reads the body is to be told that it will not come.
        case failBody
    }

    let limits: Limits
    private var unanswered = 0
    private var partialHeadSince: NIODeadline?
    private var bodySince: NIODeadline?
    private var isBodyOverdue = false
    /// Since when nothing was owed to anybody.
    private var quietSince: NIODeadline
    private var drainingSince: NIODeadline?
    private var closingSince: NIODeadline?
    /// Since when the last answer is with the system, all of it.
    private var sentSince: NIODeadline?
    /// Whether the connection ends with the answer to the last request read.
    private var isLast = false

    init(limits: Limits, at now: NIODeadline) {
        self.limits = limits
        quietSince = now
    }

    var isClosing: Bool { closingSince != nil }
    /// Whether what is read next gets the next answer.
    var owesNothing: Bool { unanswered == 0 }

    mutating func headRead(at now: NIODeadline, keepsAlive: Bool) {
        unanswered += 1
        partialHeadSince = nil
        bodySince = now
        if !keepsAlive { isLast = true }
    }

    mutating func requestEnded() { bodySince = nil }

    /// Bytes came, and with them no head, no body and no end: they are the beginning of a head.
    mutating func partialHeadRead(at now: NIODeadline) {
        if bodySince == nil, partialHeadSince == nil { partialHeadSince = now }
    }

    /// An answer begins; returns whether it must say that the connection closes after it.
    mutating func answering(saysClose: Bool) -> Bool {
        if saysClose || (drainingSince != nil && unanswered <= 1) { isLast = true }
        return isLast && unanswered <= 1
    }

    /// An answer ended; returns whether it was the last, after which the connection is closing.
    mutating func answered(at now: NIODeadline) -> Bool {
        unanswered = max(0, unanswered - 1)
        quietSince = now
        guard isLast, unanswered == 0 else { return false }
        closingSince = now
        return true
    }

    /// The last answer is on its way: a peer that reads slowly took its time for it.
    mutating func lastAnswerSent(at now: NIODeadline) { sentSince = now }

    mutating func drain(at now: NIODeadline) {
        if drainingSince == nil { drainingSince = now }
    }

    /// Until when the peer must have gone on; nil while it is for us to go on.
    var deadline: NIODeadline? {
        if let sentSince { return sentSince + limits.closing }
        if let closingSince { return closingSince + limits.idle }
        if let bodySince, !isBodyOverdue { return bodySince + limits.body }
        if unanswered > 0 { return nil }
        let patience = partialHeadSince.map { max($0, quietSince) + limits.head } ?? (quietSince + limits.idle)
        return drainingSince.map { min(patience, max($0, quietSince) + limits.drain) } ?? patience
    }

    mutating func expire(at now: NIODeadline) -> Expiry {
        guard let deadline, deadline <= now else { return .nothing }
        guard closingSince == nil, bodySince != nil, unanswered > 0 else { return .close }
        isBodyOverdue = true
        isLast = true
        return .failBody
    }
}
