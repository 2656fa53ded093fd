import Foundation
import LocalServers
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// A server that somebody else wrote, on a private port of 127.0.0.1.
public final class ForeignPeer: Sendable {
    public var port: Int { reserved.number }
    private let reserved: ReservedPort
    private let child: ChildProcess
    private let recorded: Lines

    /// What it printed.
    public var lines: [String] { recorded.all }

    private init(reserved: ReservedPort, child: ChildProcess, recorded: Lines) {
        (self.reserved, self.child, self.recorded) = (reserved, child, recorded)
    }

    /// Runs the server around the body; it has `bound` to accept connections.
    public static func run(
        port: ReservedPort, _ executable: String, _ arguments: [String], _ body: (ForeignPeer) async throws -> Void
    ) async throws {
        let recorded = Lines()
        let child = try ChildProcess(
            executable: executable, arguments: arguments, output: .lines { recorded.append($0) })
        let peer = ForeignPeer(reserved: port, child: child, recorded: recorded)
        let result = await outcome {
            try await eventually(within: .seconds(30), "the peer accepts connections") {
                guard child.isRunning else { throw Ended(output: recorded.all.joined(separator: "\n")) }
                return await accepts(port.number)
            }
            try await body(peer)
        }
        await child.stop(grace: .seconds(5))
        try result.get()
    }

    /// A server in Python that listens on the port of its first argument.
    public static func python(
        _ script: String, _ arguments: [String], _ body: (ForeignPeer) async throws -> Void
    ) async throws {
        let port = try ReservedPort()
        try await run(port: port, Python.executable, ["-u", "-c", script, "\(port.number)"] + arguments, body)
    }

    private static func accepts(_ port: Int) async -> Bool {
        let connecting = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port)
        guard let channel = try? await connecting.get() else { return false }
        try? await channel.close()
        return true
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
