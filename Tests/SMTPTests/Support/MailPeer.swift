import Foundation
import LocalServers
import Synchronization
import TestSupport
import Testing

/// A mail server that somebody else wrote, on a private port of 127.0.0.1.
final class MailPeer: Sendable {
    let port: Int
    private let child: ChildProcess
    private let recorded: Lines

    /// What it printed.
    var lines: [String] { recorded.all }

    private init(port: Int, child: ChildProcess, recorded: Lines) {
        (self.port, self.child, self.recorded) = (port, child, recorded)
    }

    /// Runs the server around the body; it has `bound` to accept connections.
    static func run(
        port: Int, _ executable: String, _ arguments: [String], _ body: (MailPeer) async throws -> Void
    ) async throws {
        let recorded = Lines()
        let child = try ChildProcess(
            executable: executable, arguments: arguments, output: .lines { recorded.append($0) })
        let peer = MailPeer(port: port, child: child, recorded: recorded)
        let result = await outcome {
            try await eventually("the mail server accepts connections") {
                guard child.isRunning else { throw Ended(output: recorded.all.joined(separator: "\n")) }
                return await Port.accepts(port)
            }
            try await body(peer)
        }
        await child.stop(grace: .seconds(5))
        try result.get()
    }

    /// `smtp-sink` of Postfix, with its flags.
    static func sink(
        _ flags: [String], port: Int? = nil, _ body: (MailPeer) async throws -> Void
    ) async throws {
        let port = if let port { port } else { try await Port.free() }
        let program = try Executables.installed.path(of: "smtp-sink", package: "postfix")
        // It will not run as root.
        let account = geteuid() == 0 ? ["-u", "nobody"] : []
        try await run(port: port, program, account + flags + ["127.0.0.1:\(port)", "100"], body)
    }

    /// A server in Python that listens on the port of its first argument.
    static func python(
        _ script: String, _ arguments: [String], _ body: (MailPeer) async throws -> Void
    ) async throws {
        let port = try await Port.free()
        try await run(port: port, Python.executable, ["-u", "-c", script, "\(port)"] + arguments, body)
    }

    private struct Ended: Error {
        let output: String
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0 } }

        func append(_ line: String) { lines.withLock { $0.append(line) } }
    }
}
