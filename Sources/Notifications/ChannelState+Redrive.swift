/// What becomes of a dead letter that somebody wants tried again.
public enum RedriveAnswer: Sendable, Hashable {
    /// The route is open again, in this round.
    case redriven(round: Int)
    /// There is nothing to try again: a late result, a receipt or another re-drive came first.
    case settled
    /// Another route of the channel is still being worked on in an earlier round: what it comes to would not count.
    case busy
}

extension ChannelState {
    /// Opens a route that failed, or whose outcome stayed unknown, for a new round.
    ///
    /// What succeeded on the way comes along into that round: targets that are done are not sent to again, and a channel
    /// whose other route succeeded stays a success while this one is tried again.
    /// - Parameters:
    ///   - round: the dead letter's.
    ///   - targets: the route's targets as known now; not for a channel with one address.
    public mutating func redrive(_ route: Route, after round: Int, targets ids: [String]) -> RedriveAnswer {
        let own = route.channel.fansOut ? routes[route] : standing
        guard let own, own.round == round, !own.status.isOpen, !own.status.isSuccess else { return .settled }
        // Another route may be further: the channel's standing is that of its newest round.
        let next = max(round + 1, standing.round)
        if routes.values.contains(where: { $0.status.isOpen && $0.round < next }) { return .busy }
        let open = Standing(round: next, status: .pending)
        if route.channel.fansOut {
            routes = routes.mapValues { $0.status.isSuccess ? Standing(round: next, status: $0.status) : $0 }
            routes[route] = open
            for (id, target) in targets where target.status.isSuccess { targets[id]?.standing.round = next }
            for id in ids where targets[id]?.status.isSuccess != true {
                targets[id] = TargetState(standing: open, route: route.channel == .push ? route : nil, attempts: 0)
            }
            standing = routes.values.max() ?? open
        } else {
            standing = open
        }
        if !status.isSuccess { failure = nil }
        return .redriven(round: next)
    }
}
