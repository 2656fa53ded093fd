import Synchronization

/// The present of a test, in milliseconds.
final class ManualClock: Sendable {
    private let milliseconds = Mutex<Int64>(1_000_000)

    var now: Int64 { milliseconds.withLock { $0 } }

    func advance(_ step: Int64) {
        milliseconds.withLock { $0 += step }
    }
}
