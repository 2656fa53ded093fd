import Queue
import Testing

/// Random claims, reports, endings, blocks, wipes and waits against a bucket and a circuit in the plainest terms: never
/// more than they allow, never less.
@Suite struct LimitModelTests {
    @Test(arguments: 0..<8) func claimsGrantWhatBucketSlotsAndCircuitAllow(chunk: UInt64) async throws {
        var (draws, changes) = (0, Set<CircuitChange.Word>())
        for seed in chunk * 10..<(chunk + 1) * 10 {
            try await withQueue { test in
                var run = LimitModelRun(test: test, seed: seed)
                if let problem = try await run.problem() { Issue.record("\(problem)") }
                draws += run.draws.count
                changes.formUnion(run.changes)
            }
        }
        #expect(draws > 50, "granted next to nothing")
        #expect(changes.contains(.opened), "the circuit did next to nothing")
    }
}
