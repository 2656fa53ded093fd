/// The handles of one metric by its labels, all of them made at the start: a look-up allocates nothing.
///
/// The keys are a closed set, so that no caller can make a metric grow. A key outside of it gets a handle that nobody
/// reads.
public struct MetricFamily<Key: Hashable & Sendable, Handle: Sendable>: Sendable {
    private let handles: [Key: Handle]
    private let unread: Handle

    init(_ keys: [Key], make: () -> Handle) {
        handles = Dictionary(keys.map { ($0, make()) }, uniquingKeysWith: { first, _ in first })
        unread = make()
    }

    public subscript(key: Key) -> Handle { handles[key] ?? unread }
}
