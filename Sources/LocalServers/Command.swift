import Foundation
import Synchronization

/// A program that is run to its end, such as `initdb` or `redis-cli`.
struct Command: Sendable {
    let executable: String
    let arguments: [String]
    /// How long it may take before it is stopped.
    var bound: Duration = .seconds(10)

    /// What every program of ours gets: the paths, and messages in one language. Settings of the caller's shell such as
    /// `PGOPTIONS` stay out.
    static var plainEnvironment: [String: String] {
        ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "LC_ALL": "C"]
    }

    /// The status is nil if the program had to be stopped.
    func run() async throws(LocalServerError) -> (status: ExitStatus?, output: String) {
        let lines = Lines()
        let child = try ChildProcess(
            executable: executable, arguments: arguments, environment: Self.plainEnvironment,
            output: .lines { lines.append($0) })
        if let status = await child.waitForExit(within: bound) { return (status, lines.text) }
        child.kill()
        _ = await child.waitForExit()
        return (nil, lines.text)
    }

    /// Returns the output; throws `.commandFailed` unless the program ends well.
    func runOrThrow() async throws(LocalServerError) -> String {
        let (status, output) = try await run()
        guard let status, status.isSuccess else {
            throw .commandFailed(
                command: ([executable] + arguments).joined(separator: " "), status: status, output: output)
        }
        return output
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var text: String { lines.withLock { $0.joined(separator: "\n") } }

        func append(_ line: String) {
            lines.withLock { $0.append(line) }
        }
    }
}
