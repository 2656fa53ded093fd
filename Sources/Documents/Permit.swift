public import Foundation
public import Notifications

/// The right to send one delivery once, with all that is needed to do so.
public struct Permit: Sendable {
    public var notificationId: UUID
    public var route: Route
    public var tenant: String
    /// Nil for literal addresses.
    public var userId: String?
    public var createdAt: Date
    /// By Postgres.
    public var grantedAt: Date
    /// Of two permits for one delivery the later one has the higher fence; results are compared with it for equality.
    /// Nil only for a delivery that ended before anybody held one.
    public var fence: Int64?
    /// The number of this attempt, from 1.
    public var attempt: Int
    /// Workers that ended while they held a permit for it.
    public var crashes: Int
    public var round: Int
    /// Nothing is sent after; in a later round later than the document says.
    public var expiresAt: Date
    public var content: NotificationContent
    /// The route's channel as it stands in the document.
    public var channel: ChannelState
    /// The recipient as known now: the user's own addresses and devices, under those the caller wrote.
    public var recipient: Recipient
    /// What is sent to an endpoint of a tenant's; nil for all else.
    public var envelope: WebhookEnvelope?

    /// Whether it may be what its workers crashed of; then only one such runs in a process at a time.
    public var isSuspect: Bool { crashes >= PermitStore.suspectCrashes }

    /// Where this delivery still has to go: the route's addresses, less those that are done in this round. A late report
    /// under a dead permit may have said so of all of them.
    public var openTargets: [Target] { recipient.targets(on: route).filter { status(of: $0)?.isOpen ?? true } }

    /// The statuses of this route's addresses that are done in this round; of devices also those that are the user's no
    /// more.
    public var settledTargets: [DeliveryStatus] {
        let targets = recipient.targets(on: route)
        if route.channel != .push { return targets.compactMap(status).filter { !$0.isOpen } }
        // Documents of before the route was noted are read by what the user has now.
        return channel.targets.filter { id, state in
            state.standing.round >= round && !state.status.isOpen
                && (state.route == route || state.route == nil && targets.contains { $0.id == id })
        }.map(\.value.status)
    }

    /// Devices that still were to be sent to and are the user's no more: how they end with the route.
    public var goneTargets: [String: TargetState] {
        let ids = Set(recipient.targets(on: route).map(\.id))
        return channel.targets.filter { $0.value.route == route && $0.value.status.isOpen && !ids.contains($0.key) }
            .mapValues {
                TargetState(
                    standing: Standing(round: round, status: .skipped), attempts: $0.attempts, failure: .noAddress)
            }
    }

    private func status(of target: Target) -> DeliveryStatus? {
        let standing = route.channel.fansOut ? channel.targets[target.id]?.standing : channel.standing
        return standing.flatMap { $0.round >= round ? $0.status : nil }
    }
}

/// What Postgres says to a worker that wants to send.
public enum PermitAnswer: Sendable {
    /// Send, before the permit ends.
    case granted(Permit)
    /// Not now: not due yet, somebody else's turn, or one suspect too many. Nothing was counted.
    case refused(after: Duration)
    /// Never: the delivery is to be closed with this status.
    case over(Permit, DeliveryStatus, DeliveryFailure?)
    /// Not before this time, by a rule of the recipient's: the permit is to be given up, as no attempt.
    case putOff(Permit, until: Date, DeliveryFailure)
    /// There is no such delivery any more.
    case gone

    /// Whether it grants a delivery that a worker has crashed with.
    var grantsSuspect: Bool {
        if case .granted(let permit) = self { permit.isSuspect } else { false }
    }
}
