import UnixSignals

/// Thrown when the user asked to stop before everything had started.
struct Interrupted: Error, CustomStringConvertible {
    let description = "stopped before everything had started"
}

/// Runs the part of a start that comes before a service group watches the signals: Ctrl-C cancels it, so that it can
/// stop what it started.
func interruptible<Answer: Sendable>(_ start: @escaping @Sendable () async throws -> Answer) async throws -> Answer {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    return try await withThrowingTaskGroup(of: Answer.self) { group in
        group.addTask { try await start() }
        group.addTask {
            for await _ in signals { throw Interrupted() }
            throw CancellationError()
        }
        defer { group.cancelAll() }
        guard let answer = try await group.next() else { throw CancellationError() }
        return answer
    }
}
