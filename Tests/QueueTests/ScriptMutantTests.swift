import LuaScripts
import Redis
import Testing

@testable import Queue

/// The models are worth something: each bug that is put into a script comes out in the first sequences.
@Suite struct ScriptMutantTests {
    @Test(arguments: ScriptMutant.all) func modelsFindTheBug(mutant: ScriptMutant) async throws {
        try #require(mutant.fits, "its line has changed: write it again")
        #expect(try await problem(under: mutant) != nil, "survived")
    }

    @Test func everyScriptHasABugThatIsFound() {
        let spoiled = Set(ScriptMutant.all.flatMap { $0.scripts.values.map(\.name) })
        #expect(spoiled == Set(QueueScript.all.map(\.script.name)))
        #expect(Set(ScriptMutant.all.map(\.name)).count == ScriptMutant.all.count)
    }

    @Test func withoutABugNothingIsFound() async throws {
        // By way of a swap that changes nothing.
        let sound = ScriptMutant("nothing", in: LuaScripts.basics, "return string.format", "return  string.format")
        #expect(sound.fits && sound.scripts.count > 1)
        #expect(try await problem(under: sound, in: 0..<5) == nil)
    }

    /// The first problem that a model has; a script that fails has one too.
    private func problem(
        under mutant: ScriptMutant, in seeds: Range<UInt64> = 0..<60
    ) async throws -> String? {
        for seed in seeds {
            var problem: String?
            try await withQueue(under: mutant) { test in
                var run = QueueModelRun(test: test, seed: seed)
                do { problem = try await run.problem() } catch { problem = "seed \(seed): \(error)" }
                for route in QueueModelRun.routes { try await test.queue.clear(route) }
            }
            if let problem { return problem }
            try await withQueue(under: mutant) { test in
                var run = LimitModelRun(test: test, seed: seed)
                do { problem = try await run.problem() } catch { problem = "seed \(seed): \(error)" }
            }
            if let problem { return problem }
            try await withQueue(under: mutant) { test in
                var run = EndpointModelRun(test: test, seed: seed)
                do { problem = try await run.problem() } catch { problem = "seed \(seed): \(error)" }
            }
            if let problem { return problem }
        }
        return nil
    }
}
