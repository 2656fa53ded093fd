import Testing

/// Random claims, endings, blocks, wipes and waits against a bucket in the plainest terms: never more than it allows,
/// never less.
@Suite struct LimitModelTests {
    @Test(arguments: 0..<8) func claimsGrantWhatTheBucketAndTheSlotsAllow(chunk: UInt64) async throws {
        var draws = 0
        for seed in chunk * 10..<(chunk + 1) * 10 {
            try await withQueue { test in
                var run = LimitModelRun(test: test, seed: seed)
                if let problem = try await run.problem() { Issue.record("\(problem)") }
                draws += run.draws.count
            }
        }
        #expect(draws > 50, "granted next to nothing")
    }
}
