import Synchronization

/// Bounds the bytes of all bodies that are in memory at once. Large bodies leave a part of it to small ones, so that a
/// few senders of lists do not shut out everybody else.
final class ByteBudget: Sendable {
    private let limit: Int
    private let spent = Mutex(0)

    /// Larger ones may fill only three quarters.
    private static let smallBody = 64 << 10

    init(limit: Int) { self.limit = limit }

    /// Runs a body of work that holds so many bytes; throws 503 when there is no room for them.
    func spend<Result>(_ bytes: Int, _ body: () async throws -> Result) async throws -> Result {
        let limit = bytes > ByteBudget.smallBody ? limit / 4 * 3 : limit
        let hasRoom = spent.withLock { spent in
            guard spent + bytes <= limit else { return false }
            spent += bytes
            return true
        }
        guard hasRoom else { throw Problem.overloaded }
        defer { spent.withLock { $0 -= bytes } }
        return try await body()
    }
}
