public import Foundation

extension AcceptedNotification {
    /// Does what the rules say with every channel that is to be sent on.
    public mutating func obey(_ rules: SendingRules) {
        for channel in NotificationChannel.allCases where isToBeSent(on: channel) {
            switch rules.verdict(on: channel, of: content, due: due(on: channel)) {
            case .send: continue
            case .skip(let failure):
                channels[channel] = ChannelState(status: .skipped, failure: failure)
                deliveries.removeAll { $0.route.channel == channel }
            case .wait(let end, let failure): postpone(channel, until: end, failure)
            }
        }
        charge = makeCharge(by: rules)
    }

    /// Takes the places that its channels were given.
    public mutating func obey(_ booked: LimitCharge, late: [NotificationChannel: DeliveryFailure]) {
        charge = booked
        for (channel, failure) in late {
            if let place = booked.places[channel] { postpone(channel, until: place, failure) }
        }
    }

    /// Whether a channel is to be worked off, or is in the inbox from the start.
    public func isToBeSent(on channel: NotificationChannel) -> Bool {
        channels[channel].map { $0.isOpen || $0.status == .unread } ?? false
    }

    /// When a channel is to be sent on, if nothing comes between.
    public func due(on channel: NotificationChannel) -> Date {
        deliveries.first { $0.route.channel == channel }?.notBefore ?? content.sendAt ?? createdAt
    }

    /// Puts a channel off. What expires before its time comes does so when it is to, and not later.
    mutating func postpone(_ channel: NotificationChannel, until date: Date, _ failure: DeliveryFailure) {
        guard var state = channels[channel] else { return }
        if state.status == .unread {
            deliveries.append(Delivery(route: .inApp, cost: content.cost(on: .inApp, addresses: 1)))
        }
        state.standing.status = .scheduled
        state.routes = state.routes.mapValues { _ in state.standing }
        state.failure = failure
        channels[channel] = state
        for index in deliveries.indices where deliveries[index].route.channel == channel {
            deliveries[index].notBefore = min(date, content.expiresAt)
        }
    }
}
