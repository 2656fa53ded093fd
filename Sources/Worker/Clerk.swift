/// A small job of upkeep that one process at a time does for all.
protocol Clerk: Sendable {
    var name: String { get }
    /// From the end of one round to the start of the next.
    var interval: Duration { get }
    /// One round. Safe to run twice at once: the lock may have changed hands in the middle of it.
    func runOnce() async throws
}
