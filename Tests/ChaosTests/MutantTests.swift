import Foundation
import LocalServers
import Testing

@testable import chaos

/// The bugs that `bin/chaos mutants` builds in on purpose still fit the code that they spoil.
struct MutantTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static var names: [String] {
        let folder = root.appending(path: "Tests/Chaos/mutants").path
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    @Test func thereIsAHandfulOfThem() { #expect(Self.names.count >= 5) }

    @Test(arguments: names) func patchAppliesAndNamesTheRunThatMustCatchIt(name: String) async throws {
        let path = "Tests/Chaos/mutants/\(name)"
        let text = try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
        let run = try #require(text.firstMatch(of: /^Run: (\w+)\n/)?.output.1)
        #expect(ChaosRun(rawValue: String(run)) != nil)

        let check = try ChildProcess(
            executable: "git", arguments: ["-C", Self.root.path, "apply", "--check", path], output: .file("/dev/null"))
        let status = await check.waitForExit()
        #expect(status == .exited(0), "\(name) no longer fits; write it again")
    }
}
