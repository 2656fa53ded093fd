import Synchronization

/// A number that only grows. Adding to it is one atomic addition.
public final class Counter: Sendable {
    private let count = Atomic(0)

    public init() {}

    public var value: Int { count.load(ordering: .relaxed) }

    /// - Parameter amount: 0 or more.
    public func add(_ amount: Int = 1) {
        count.add(amount, ordering: .relaxed)
    }
}
