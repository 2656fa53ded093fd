/// How hard pressed the writer is.
public struct WriterPressure: Sendable, Hashable {
    /// Notifications that wait for a transaction.
    public var waiting: Int
    /// How many of them there is room for.
    public var capacity: Int
    /// How long the oldest of them has waited; zero when none does.
    public var oldestWait: Duration

    public init(waiting: Int, capacity: Int, oldestWait: Duration) {
        self.waiting = waiting
        self.capacity = capacity
        self.oldestWait = oldestWait
    }

    /// The part of the room that is taken, 0…1.
    public var share: Double { Double(waiting) / Double(max(1, capacity)) }
}
