import Foundation
import Testing

@testable import chaos

/// Every kind of trouble once and briefly, with real processes. `bin/chaos run --seconds 60` is the long form.
@Suite(.serialized, .timeLimit(.minutes(4))) struct ChaosRunTests {
    private static let binary = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(
        path: "belfry"
    ).path

    @Test(arguments: ChaosRun.allCases) func nothingIsLostAndNothingUnexplained(run: ChaosRun) async throws {
        let folder = "/tmp/belfry-chaos-\(getpid())/\(run.rawValue)"
        let verdict = try await Campaign(
            run: run, seed: 1, scale: .short, folder: folder, binary: ChaosRunTests.binary
        ).carryOut()
        #expect(verdict.verdict == .passed, "\(verdict.json); the histories are in \(folder)")
        if verdict.verdict == .passed { try FileManager.default.removeItem(atPath: folder) }
    }
}
