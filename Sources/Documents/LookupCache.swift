public import Notifications
import Synchronization

/// What was looked up not long ago. Three things bound how old an answer may be: it is kept for `lifetime`; who changes it
/// says so, in this process and by Redis in all others; and while nobody could tell us, nothing is kept.
///
/// Only what was found is kept: made-up names cannot fill it, and what is new is known at once.
public final class LookupCache<Key: Hashable & Sendable, Value: Sendable>: StaleListener {
    private struct State {
        var entries: LookupEntries<Key, Value>
        var isOn: Bool
    }

    private let cache: StaleEntry.Cache
    private let needsNews: Bool
    private let metrics: LookupMetrics
    private let key: @Sendable (StaleEntry) -> Key
    private let weigh: @Sendable (Value) -> Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>

    /// - Parameters:
    ///   - lifetime: how long a value is good for; zero keeps nothing.
    ///   - capacity: what all values may weigh together.
    ///   - weigh: what a value weighs; unless told, all weigh 1, and `capacity` is their number.
    ///   - needsNews: false for what may be `lifetime` old in any case: then it is kept though nobody tells us of changes.
    ///   - key: the key that is meant by what became stale.
    public init(
        _ cache: StaleEntry.Cache, lifetime: Duration, capacity: Int = 10_000,
        weigh: @escaping @Sendable (Value) -> Int = { _ in 1 }, needsNews: Bool = true,
        metrics: LookupMetrics = LookupMetrics(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }, key: @escaping @Sendable (StaleEntry) -> Key
    ) {
        self.cache = cache
        self.needsNews = needsNews
        self.metrics = metrics
        self.key = key
        self.weigh = weigh
        self.now = now
        state = Mutex(
            State(entries: LookupEntries(lifetime: lifetime, capacity: capacity), isOn: !needsNews))
    }

    /// The values of these keys, as far as there are any: those that are kept, and of the others what `read` finds.
    /// - Parameter read: asked at most once, for what is missing; a failure of it keeps nothing.
    public func values<Failure: Error>(
        of keys: [Key], read: (_ missing: [Key]) async throws(Failure) -> [Key: Value]
    ) async throws(Failure) -> [Key: Value] {
        let (kept, missing, ticket) = look(for: keys)
        if missing.isEmpty { return kept }
        var found: [Key: Value] = [:]
        defer { end(ticket, keeping: found) }
        found = try await read(missing)
        return kept.merging(found) { $1 }
    }

    /// The same for one key.
    public func value<Failure: Error>(
        of key: Key, read: () async throws(Failure) -> Value?
    ) async throws(Failure) -> Value? {
        try await values(of: [key]) { (_: [Key]) async throws(Failure) -> [Key: Value] in
            try await read().map { [key: $0] } ?? [:]
        }[key]
    }

    public func forget(_ key: Key) {
        state.withLock { $0.entries.forget(key) }
    }

    public func hear(_ news: StaleNews) {
        switch news {
        case .stale(let entry): if entry.cache == cache { forget(key(entry)) }
        case .listening: if needsNews { turn(on: true) }
        case .deaf: if needsNews { turn(on: false) }
        }
    }

    /// Either way nothing that was kept before is trusted: of what it became nobody may have told.
    private func turn(on isOn: Bool) {
        state.withLock { state in
            state.isOn = isOn
            state.entries.forgetAll()
        }
    }

    /// A ticket is to be ended where anything is missing.
    private func look(
        for keys: [Key]
    ) -> (kept: [Key: Value], missing: [Key], LookupEntries<Key, Value>.Ticket) {
        let now = now()
        let answer = state.withLock { state in
            var kept: [Key: Value] = [:]
            var missing: [Key] = []
            for key in keys {
                if let value = state.entries[key, at: now] { kept[key] = value } else { missing.append(key) }
            }
            let ticket = state.entries.beginReading()
            if missing.isEmpty { state.entries.endReading(ticket, keeping: [:], weighing: weigh, at: now) }
            return (kept, missing, ticket)
        }
        metrics.count(cache, hits: keys.count - answer.1.count, misses: answer.1.count)
        return answer
    }

    private func end(_ ticket: LookupEntries<Key, Value>.Ticket, keeping found: [Key: Value]) {
        let now = now()
        state.withLock { state in
            state.entries.endReading(ticket, keeping: state.isOn ? found : [:], weighing: weigh, at: now)
        }
    }
}
