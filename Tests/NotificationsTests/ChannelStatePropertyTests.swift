import Foundation
import Notifications
import TestSupport
import Testing

/// Whatever arrives, in whatever order and however often: the state is the same in the end.
@Suite struct ChannelStatePropertyTests {
    @Test(arguments: NotificationChannel.allCases)
    func anyOrderAndDoublingOfResultsConverges(channel: NotificationChannel) {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<200 {
            let results = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                RouteResult.random(of: channel, using: &random)
            }
            let start = ChannelState.accepted(channel)
            let straight = start.merging(results)
            for _ in 0..<5 {
                let doubled = results.filter { _ in Bool.random(using: &random) }
                let shuffled = start.merging((results + doubled).shuffled(using: &random))
                #expect(shuffled.converging == straight.converging)
            }
        }
    }

    @Test(arguments: NotificationChannel.allCases) func statusNeverRunsBackwards(channel: NotificationChannel) {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            var state = ChannelState.accepted(channel)
            for _ in 0..<10 {
                let before = state
                let changed = state.merge(.random(of: channel, using: &random))
                #expect(state.standing >= before.standing)
                #expect(changed == (state.standing != before.standing))
            }
        }
    }

    @Test(arguments: NotificationChannel.allCases)
    func everyStateComesBackFromItsJSON(channel: NotificationChannel) throws {
        var random = SeededGenerator(seed: 6)
        for _ in 0..<200 {
            var state = ChannelState.accepted(channel)
            for _ in 0..<5 { state.merge(.random(of: channel, using: &random)) }
            // The inbox keeps the time of reading only.
            if channel == .inApp {
                (state.sentAt, state.deliveredAt, state.attempts, state.provider) = (nil, nil, 0, nil)
            }
            if channel == .inApp || channel.fansOut { state.providerMessageId = nil }
            let text = state.json(for: channel).text
            #expect(ChannelState(json: try JSON(parsing: text), for: channel) == state)
        }
    }
}

extension ChannelState {
    /// As it stands after accept.
    fileprivate static func accepted(_ channel: NotificationChannel) -> ChannelState {
        var state = ChannelState(status: channel == .inApp ? .unread : .pending)
        if channel.fansOut {
            for route in Route.named(channel.rawValue) { state.routes[route] = state.standing }
        }
        return state
    }

    fileprivate func merging(_ results: [RouteResult]) -> ChannelState {
        results.reduce(into: self) { $0.merge($1) }
    }

    /// All but who said so last.
    fileprivate var converging: ChannelState {
        var state = self
        (state.provider, state.providerMessageId, state.failure) = (nil, nil, nil)
        state.targets = targets.mapValues { TargetState(standing: $0.standing, attempts: $0.attempts) }
        return state
    }
}

extension RouteResult {
    fileprivate static func random(
        of channel: NotificationChannel, using random: inout some RandomNumberGenerator
    ) -> RouteResult {
        let routes = Route.named(channel.rawValue)
        let targets = channel.fansOut ? (0..<Int.random(in: 0...3, using: &random)).map { "d\($0)" } : []
        return RouteResult(
            route: routes[Int.random(in: routes.indices, using: &random)],
            standing: .random(of: channel, using: &random),
            attempts: Int.random(in: 0...5, using: &random), provider: Bool.random(using: &random) ? "p" : nil,
            providerMessageId: Bool.random(using: &random) ? "m" : nil,
            failure: Bool.random(using: &random) ? .test : nil,
            targets: Dictionary(uniqueKeysWithValues: targets.map { ($0, .random(of: channel, using: &random)) }),
            at: moment(Double(Int.random(in: 0...1000, using: &random))))
    }
}

extension TargetState {
    fileprivate static func random(
        of channel: NotificationChannel, using random: inout some RandomNumberGenerator
    ) -> TargetState {
        TargetState(
            standing: .random(of: channel, using: &random), provider: Bool.random(using: &random) ? "p" : nil,
            providerMessageId: Bool.random(using: &random) ? "m" : nil,
            attempts: Int.random(in: 0...5, using: &random),
            failure: Bool.random(using: &random) ? .test : nil)
    }
}

extension Standing {
    fileprivate static func random(
        of channel: NotificationChannel, using random: inout some RandomNumberGenerator
    ) -> Standing {
        let inboxOnly: [DeliveryStatus] = [.unread, .read]
        let statuses = DeliveryStatus.allCases.filter { channel == .inApp || !inboxOnly.contains($0) }
        return Standing(
            round: Int.random(in: 1...2, using: &random),
            status: statuses[Int.random(in: statuses.indices, using: &random)])
    }
}
