import Synchronization

/// How often each of some keys came up.
final class CallCounts: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    func count(of key: String) -> Int { counts.withLock { $0[key, default: 0] } }

    /// 1 for a key's first time.
    func next(_ key: String) -> Int {
        counts.withLock { counts in
            counts[key, default: 0] += 1
            return counts[key, default: 1]
        }
    }
}
