import Synchronization

/// Up to which number the event log is complete, as far as this process knows.
public final class SettledLog: Sendable {
    private let log: EventLog
    private let known = Mutex<Int64>(0)

    public init(_ log: EventLog) { self.log = log }

    /// Asks again, and keeps to what was known where somebody writes for longer than `patience`.
    public func number(patience: Duration = .milliseconds(300)) async throws -> Int64 {
        let number = try await log.settledNumber(patience: patience)
        return known.withLock { known in
            known = max(known, number ?? 0)
            return known
        }
    }
}
