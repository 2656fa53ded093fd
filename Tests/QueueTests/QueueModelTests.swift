import Queue
import Testing

/// Random operations against the real scripts: after every step Redis holds what the model does, key by key.
@Suite struct QueueModelTests {
    @Test(arguments: 0..<8) func randomSequencesLeaveWhatTheModelHas(chunk: UInt64) async throws {
        var claims = 0
        for seed in chunk * 25..<(chunk + 1) * 25 {
            try await withQueue { test in
                var run = QueueModelRun(test: test, seed: seed)
                if let problem = try await run.problem() { Issue.record("\(problem)") }
                claims += run.claims.count
                for route in QueueModelRun.routes { try await test.queue.clear(route) }
            }
        }
        #expect(claims > 100, "granted next to nothing")
    }
}
