/// What else `--full` puts around the queue: a Redis that writes down what it does, and one that is further away.
enum QueueSurroundings: String, CaseIterable, Sendable {
    case durable, distant, durableAndDistant

    /// What a round trip takes longer.
    static let distance: Duration = .milliseconds(1)

    var isDurable: Bool { self != .distant }
    var isDistant: Bool { self != .durable }

    var title: String {
        switch self {
        case .durable: "with the append-only file"
        case .distant: "with 1 ms to Redis and back"
        case .durableAndDistant: "with both"
        }
    }
}
