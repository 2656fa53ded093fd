import Synchronization

/// A number that goes up and down with what is open.
public final class Gauge: Sendable {
    private let level = Atomic(0)

    public init() {}

    public var value: Int { level.load(ordering: .relaxed) }

    public func add(_ amount: Int) {
        level.add(amount, ordering: .relaxed)
    }
}
