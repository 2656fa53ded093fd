import Synchronization

/// Lets one suspect run at a time in this process: a delivery that two workers have crashed with. If it
/// crashes this one too, nobody else's count is in doubt.
final class SuspectGate: Sendable {
    private let isTaken = Mutex(false)

    /// How many suspects may be granted now.
    var room: Int { isTaken.withLock { $0 ? 0 : 1 } }

    func enter() { isTaken.withLock { $0 = true } }
    func leave() { isTaken.withLock { $0 = false } }
}
