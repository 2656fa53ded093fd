import Foundation
public import LocalServers
import Synchronization

/// The Python that `bin/install --tests` made, for reference implementations that others wrote.
public enum Python {
    public static let executable = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: ".build/python/bin/python3").path

    /// Runs a script to its end and returns what it printed; its exit status goes along.
    public static func run(_ script: String, _ arguments: [String]) async throws -> (ExitStatus, String) {
        let output = Lines()
        let child = try ChildProcess(
            executable: executable, arguments: ["-c", script] + arguments, output: .lines { output.append($0) })
        let status = await child.waitForExit()
        return (status, output.text)
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var text: String { lines.withLock { $0.joined(separator: "\n") } }

        func append(_ line: String) { lines.withLock { $0.append(line) } }
    }
}
