import Queue
import Testing

/// Random knocks, reports and waits against a circuit in the plainest terms.
@Suite struct EndpointModelTests {
    @Test(arguments: 0..<4) func knocksAreAnsweredByWhatBecameOfCalls(chunk: UInt64) async throws {
        var changes = Set<CircuitChange.Word>()
        for seed in chunk * 20..<(chunk + 1) * 20 {
            try await withQueue { test in
                var run = EndpointModelRun(test: test, seed: seed)
                if let problem = try await run.problem() { Issue.record("\(problem)") }
                changes.formUnion(run.changes)
            }
        }
        #expect(changes == [.opened, .reopened, .closed], "the circuit did next to nothing")
    }
}
