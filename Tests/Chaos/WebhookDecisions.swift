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
    private let kill: @Sendable (Receiver.Call) -> Void

    /// - Parameter kill: ends the worker that calls, before this returns.
    init(seed: UInt64, kill: @escaping @Sendable (Receiver.Call) -> Void) {
        random = Mutex(SplitMix64(seed: seed))
        self.kill = kill
    }

    func answer(_ call: Receiver.Call) -> WebhookAnswer {
        if call.title.hasPrefix(WebhookDecisions.poisonTitle) {
            kill(call)
            return .kill
        }
        guard isTroubled.isRaised else { return .accept }
        return random.withLock { WebhookDecisions.troubles.randomElement(using: &$0) } ?? .accept
    }
}
