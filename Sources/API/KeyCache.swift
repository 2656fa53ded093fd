import Documents
import Synchronization

/// Keys that were looked up not long ago. Only keys that exist are kept, so made-up ones cannot fill it.
final class KeyCache: Sendable {
    private struct Entry {
        var key: KeyStore.StoredKey
        var end: ContinuousClock.Instant
    }

    private let lifetime: Duration
    private let capacity: Int
    private let entries = Mutex<[String: Entry]>([:])

    init(lifetime: Duration, capacity: Int = 10_000) {
        self.lifetime = lifetime
        self.capacity = capacity
    }

    subscript(_ id: String) -> KeyStore.StoredKey? {
        entries.withLock { entries in
            guard let entry = entries[id] else { return nil }
            if entry.end > .now { return entry.key }
            entries[id] = nil
            return nil
        }
    }

    func keep(_ key: KeyStore.StoredKey) {
        let end = ContinuousClock.now + lifetime
        entries.withLock { entries in
            if entries.count >= capacity { entries = entries.filter { $0.value.end > .now } }
            // Still full of keys in use: a few of them are looked up once more.
            if entries.count >= capacity { entries.removeAll() }
            entries[key.id] = Entry(key: key, end: end)
        }
    }
}
