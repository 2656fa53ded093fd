import Synchronization

/// What a peer answers until it is told otherwise.
final class CurrentAnswer: Sendable {
    private let current = Mutex("")

    var text: String {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }
}
