import LocalServers
import Notifications
import Synchronization

/// How the receiver answers: well, unless it is in trouble or the message is poison.
final class WebhookDecisions: Sendable {
    static let poisonTitle = "Poison"
    /// What trouble is made of; what it leaves is accepted.
    private static let troubles: [WebhookAnswer] = [
        .acceptThenSilence, .acceptThenReset, .acceptThenFail, .throttle, .hang, .accept,
    ]

    let isTroubled = Flag()
    private let random: Mutex<SplitMix64>
    private let kill: @Sendable (Receiver.Call) -> Bool

    /// - Parameter kill: ends the worker that calls, before this returns; false where it is not found.
    init(seed: UInt64, kill: @escaping @Sendable (Receiver.Call) -> Bool) {
        random = Mutex(SplitMix64(seed: seed))
        self.kill = kill
    }

    func answer(_ call: Receiver.Call) -> WebhookAnswer {
        if call.title.hasPrefix(WebhookDecisions.poisonTitle) {
            return kill(call) ? .kill : .hang
        }
        guard isTroubled.isRaised else { return .accept }
        return random.withLock { WebhookDecisions.troubles.randomElement(using: &$0) } ?? .accept
    }
}
