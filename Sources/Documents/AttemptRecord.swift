public import Foundation
public import Notifications

/// What a worker reports about one delivery it held a permit for, or was told is over.
public struct AttemptRecord: Sendable {
    public var permit: Permit
    public var decision: AttemptVerdict.Decision
    public var result: RouteResult
    /// What the attempt came to, for the event log; nil when none was made.
    public var outcome: String?
    /// Devices that the provider called dead.
    public var deadDevices: [DeadDevice]
    /// Whether the provider called the address dead, on a channel where addresses are suppressed.
    public var isAddressDead: Bool
    /// How its provider tells what becomes of what it took.
    public var receiptSource: ReceiptSource

    public init(
        permit: Permit, decision: AttemptVerdict.Decision, result: RouteResult, outcome: String?,
        deadDevices: [DeadDevice] = [], isAddressDead: Bool = false, receiptSource: ReceiptSource = .none
    ) {
        self.permit = permit
        self.decision = decision
        self.result = result
        self.outcome = outcome
        self.deadDevices = deadDevices
        self.isAddressDead = isAddressDead
        self.receiptSource = receiptSource
    }

    /// Of what was put off without an attempt. Before it expires there is no point in waiting longer.
    public init(_ permit: Permit, putOffUntil end: Date, _ reason: DeliveryFailure, at: Date) {
        let expiry = permit.content.expiresAt
        // Of what was re-driven it is past: that has its own.
        let end = expiry > permit.grantedAt ? min(end, expiry) : end
        self.init(
            permit: permit,
            decision: .retry(after: .seconds(end.timeIntervalSince(permit.grantedAt)), spendsAttempt: false),
            result: RouteResult(permit, waiting: reason, at: at), outcome: nil)
    }
}

/// A device of the recipient that the provider called dead.
public struct DeadDevice: Sendable, Hashable {
    public var id: String
    /// When the provider learnt of it, where it says so.
    public var since: Date?
    public var reason: DeliveryFailure

    public init(id: String, since: Date? = nil, reason: DeliveryFailure) {
        self.id = id
        self.since = since
        self.reason = reason
    }
}

/// A report that is committed.
public struct RecordedAttempt: Sendable {
    /// As reported, but with no wait where a retry was cancelled meanwhile.
    public var record: AttemptRecord
    /// Whether the permit was still the delivery's own. If not, the result was merged like a receipt, and what happens
    /// to the delivery is for the holder of the live permit to say.
    public var wasCurrent: Bool
    /// What the log now says about it, in order.
    public var events: [StatusEvent]
}
