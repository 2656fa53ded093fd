import Foundation
import Notifications

/// What one report did to its document, decided without I/O.
struct MergedAttempt {
    /// What to log; nil when nothing happened: a doubled report, or a late one that says nothing new.
    var event: StatusEvent?
    /// The channel's status now; nil where there is no document any more.
    var status: DeliveryStatus?

    init(event: StatusEvent?) {
        self.event = event
    }

    init(_ record: AttemptRecord, isCurrent: Bool, into channels: inout [NotificationChannel: ChannelState]) {
        let permit = record.permit
        let channel = permit.route.channel
        var state = channels[channel] ?? ChannelState(status: .pending)
        let (previous, knownFailure) = (state.status, state.failure)
        let changed = state.merge(record.result)
        channels[channel] = state
        status = state.status
        // Of what Belfry tells by itself nobody is told.
        guard isCurrent || changed, permit.content.endpointMessage == nil else { return }
        // For as long as its endpoint is left alone it is put off again and again. That is said once.
        let isKnown = state.failure == .endpointUnavailable && knownFailure == .endpointUnavailable
        if isKnown, !changed { return }
        event = StatusEvent(
            notificationId: permit.notificationId, tenant: permit.tenant, userId: permit.userId, channel: channel,
            route: permit.route, status: state.status.rawValue, previous: changed ? previous : nil,
            outcome: record.outcome, attempt: permit.attempt, provider: record.result.provider,
            failure: record.result.failure, at: record.result.at)
    }
}

extension MergedAttempt {
    /// All that is to be logged of it.
    func events(removing removals: [StatusEvent]) -> [StatusEvent] {
        guard let status else { return [] }
        let removals = removals.map { removal in
            var removal = removal
            removal.status = status.rawValue
            return removal
        }
        return (event.map { [$0] } ?? []) + removals
    }
}

extension AttemptRecord {
    /// Seconds until the next attempt; nil when there is none.
    var retrySeconds: Double? {
        if case .retry(let after, _) = decision { after.timeInterval } else { nil }
    }

    /// Whether the attempt is still being made. What is known of it by then is merged like a receipt, for which no permit
    /// is needed, and the delivery stays as it is.
    var goesOn: Bool { decision == .goOn }

    /// 1 when the attempt is not to be counted.
    var unspentAttempts: Int {
        if case .retry(_, spendsAttempt: false) = decision { 1 } else { 0 }
    }

    public var isDeadLetter: Bool {
        if case .settle(_, deadLetter: true) = decision { true } else { false }
    }
}
