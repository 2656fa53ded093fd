import Foundation
import LocalServers

/// A terminal of a test's own, with a program in it.
struct PseudoTerminal {
    var columns = 80
    var rows = 24
    var environment: [String: String] = [:]

    /// What the program wrote, escape codes and all, and how it ended.
    func run(_ arguments: [String]) async throws -> (status: LocalServers.ExitStatus, output: String) {
        let script = """
            import fcntl, os, pty, struct, sys, termios
            child, screen = pty.fork()
            if child == 0:
                size = struct.pack("HHHH", int(sys.argv[2]), int(sys.argv[1]), 0, 0)
                fcntl.ioctl(1, termios.TIOCSWINSZ, size)
                os.execv(sys.argv[3], sys.argv[3:])
            while True:
                try:
                    written = os.read(screen, 65536)
                except OSError:
                    break
                if not written:
                    break
                sys.stdout.buffer.write(written)
                sys.stdout.flush()
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            """
        let lines = Lines()
        let child = try ChildProcess(
            executable: "/usr/bin/env",
            arguments: ["python3", "-c", script, "\(columns)", "\(rows)", Installation.binary] + arguments,
            environment: environment.merging(["PATH": Self.path, "TERM": "xterm"]) { given, _ in given },
            output: .lines { lines.add($0) })
        return (await child.waitForExit(), lines.all.joined(separator: "\n"))
    }

    private static let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
}
