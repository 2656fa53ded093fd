/// What a cache holds, in two generations: a full one, or one as old as its entries may become, takes the place of the
/// one before, which goes as a whole. So what was kept longest ago goes first, and nothing is ever searched through.
///
/// What is being read while it becomes stale must not be kept. Every change has a number; a reader knows the last one of
/// when it began, and what changed after that is marked for as long as anybody reads.
struct LookupEntries<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// The last change when a reading began.
    struct Ticket {
        fileprivate var change: Int
    }

    private struct Entry {
        var value: Value
        var end: Instant
    }

    private let lifetime: Duration
    /// Of one generation.
    private let room: Int
    private var young: [Key: Entry] = [:]
    private var old: [Key: Entry] = [:]
    private var youngWeight = 0
    private var youngSince: Instant?

    private var change = 0
    private var readers = 0
    private var marks: [Key: Int] = [:]
    /// Readers of before this change keep nothing.
    private var floor = 0

    /// Marks that are kept; with more, what is being read counts as stale.
    static var maximumMarks: Int { 1000 }

    /// - Parameters:
    ///   - lifetime: how long a value is good for.
    ///   - capacity: what all values may weigh together.
    init(lifetime: Duration, capacity: Int) {
        self.lifetime = lifetime
        room = max(1, capacity / 2)
    }

    var count: Int { young.count + old.count }

    subscript(_ key: Key, at now: Instant) -> Value? {
        guard let entry = young[key] ?? old[key], entry.end > now else { return nil }
        return entry.value
    }

    /// To be called before a reading; each is to be ended.
    mutating func beginReading() -> Ticket {
        readers += 1
        return Ticket(change: change)
    }

    /// Keeps what was read, as far as it did not become stale meanwhile.
    mutating func endReading(
        _ ticket: Ticket, keeping values: [Key: Value], weighing weight: (Value) -> Int, at now: Instant
    ) {
        for (key, value) in values where ticket.change >= max(floor, marks[key] ?? 0) {
            keep(value, for: key, weight: weight(value), at: now)
        }
        readers -= 1
        if readers == 0 { marks = [:] }
    }

    private mutating func keep(_ value: Value, for key: Key, weight: Int, at now: Instant) {
        if lifetime <= .zero || weight > room { return }
        let isAged = youngSince.map { now - $0 >= lifetime } ?? false
        if isAged || youngWeight + weight > room {
            old = young
            young = [:]
            youngWeight = 0
            youngSince = nil
        }
        youngSince = youngSince ?? now
        // What is replaced goes on weighing until its generation goes: a little too much is counted, never too little.
        youngWeight += weight
        young[key] = Entry(value: value, end: now + lifetime)
    }

    mutating func forget(_ key: Key) {
        change += 1
        young[key] = nil
        old[key] = nil
        guard readers > 0 else { return }
        marks[key] = change
        if marks.count > LookupEntries.maximumMarks { distrustReaders() }
    }

    mutating func forgetAll() {
        change += 1
        (young, old, youngWeight, youngSince) = ([:], [:], 0, nil)
        distrustReaders()
    }

    private mutating func distrustReaders() {
        floor = change
        marks = [:]
    }
}
