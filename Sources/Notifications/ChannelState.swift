public import Foundation

/// One channel's sub-document in `channels`: what became of it, per route and per target where it fans out.
///
/// Written at accept, by the worker with each outcome, by receipts and by the reader; every write is a `merge`.
public struct ChannelState: Sendable, Hashable {
    /// The best status that any of its routes reached, in the newest round.
    public var standing: Standing
    /// Attempts of the route that needed most.
    public var attempts = 0
    /// Who sent it last; nil until somebody tried.
    public var provider: String?
    /// The provider's id for it; nil for a channel with targets, which have one each.
    public var providerMessageId: String?
    /// Why it failed, was skipped, or waits for another attempt; nil once it succeeded.
    public var failure: DeliveryFailure?
    public var sentAt: Date?
    public var deliveredAt: Date?
    public var readAt: Date?
    /// When its reader put it away; of the inbox only.
    public var archivedAt: Date?
    /// By device id for push, by route for chat.
    public var targets: [String: TargetState] = [:]
    /// Where the channel fans out, each of its routes.
    public var routes: [Route: Standing] = [:]

    public init(status: DeliveryStatus, failure: DeliveryFailure? = nil) {
        self.standing = Standing(status: status)
        self.failure = failure
    }

    public var status: DeliveryStatus { standing.status }

    /// Whether a route of it is still to be worked on.
    public var isOpen: Bool { status.isOpen || routes.values.contains { $0.status.isOpen } }

    /// Merges what was learnt about one route. The result does not depend on the order in which results arrive.
    /// Returns whether the channel's status changed.
    @discardableResult
    public mutating func merge(_ result: RouteResult) -> Bool {
        let before = standing
        attempts = max(attempts, result.attempts)
        if result.route.channel.fansOut {
            for (id, var target) in result.targets {
                if result.route.channel == .push { target.route = result.route }
                targets[id] = targets[id]?.merged(with: target) ?? target
            }
            routes[result.route] = routes[result.route]?.merged(with: result.standing) ?? result.standing
            standing = routes.values.max() ?? result.standing
        } else {
            standing = standing.merged(with: result.standing)
        }
        if result.standing >= before {
            provider = result.provider ?? provider
            providerMessageId = result.providerMessageId ?? providerMessageId
        }
        failure = status.isSuccess ? nil : (result.standing >= before ? result.failure : failure)
        if result.standing.status.isSuccess { sentAt = min(sentAt ?? result.at, result.at) }
        if result.standing.status == .delivered { deliveredAt = min(deliveredAt ?? result.at, result.at) }
        if result.standing.status == .read { readAt = min(readAt ?? result.at, result.at) }
        return standing != before
    }
}

/// What was learnt about one route of one notification: an attempt's outcome, or a receipt.
public struct RouteResult: Sendable, Hashable {
    public var route: Route
    public var standing: Standing
    public var attempts: Int
    public var provider: String?
    public var providerMessageId: String?
    public var failure: DeliveryFailure?
    public var targets: [String: TargetState]
    public var at: Date

    public init(
        route: Route, standing: Standing, attempts: Int, provider: String? = nil, providerMessageId: String? = nil,
        failure: DeliveryFailure? = nil, targets: [String: TargetState] = [:], at: Date
    ) {
        self.route = route
        self.standing = standing
        self.attempts = attempts
        self.provider = provider
        self.providerMessageId = providerMessageId
        self.failure = failure
        self.targets = targets
        self.at = at
    }
}
