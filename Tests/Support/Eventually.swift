public import Testing

/// Waits until the condition holds, asking again after each pause; records an issue at the caller's line if it does not
/// hold in time. What the condition throws is thrown on.
///
/// - Parameters:
///   - bound: How long to wait; the condition is asked at least once.
///   - pause: The time between two askings.
///   - what: What is waited for, as it should read in the issue.
public nonisolated(nonsending) func eventually(
    within bound: Duration = .seconds(10), every pause: Duration = .milliseconds(10), _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation, condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + bound
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("Not within \(bound): \(what)", sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: pause)
    }
}
