import Foundation
import LocalServers

/// A terminal of a test's own, with a program in it.
struct PseudoTerminal {
    var columns = 80
    var rows = 24
    /// Presses Ctrl-C once the screen was written over so often; nil lets the program end by itself.
    var interruptAfter: Int?
    var environment: [String: String] = [:]

    /// What the program wrote, escape codes and all, and how it ended.
    func run(_ arguments: [String]) async throws -> (status: LocalServers.ExitStatus, output: String) {
        let script = """
            import fcntl, os, pty, struct, sys, termios
            child, screen = pty.fork()
            if child == 0:
                size = struct.pack("HHHH", int(sys.argv[2]), int(sys.argv[1]), 0, 0)
                fcntl.ioctl(1, termios.TIOCSWINSZ, size)
                os.execv(sys.argv[4], sys.argv[4:])
            frames = 0
            while True:
                try:
                    written = os.read(screen, 65536)
                except OSError:
                    break
                if not written:
                    break
                sys.stdout.buffer.write(written)
                sys.stdout.flush()
                frames += written.count(b"\\x1b[J")
                if 0 < int(sys.argv[3]) <= frames:
                    os.write(screen, b"\\x03")
                    frames = 0
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 255)
            """
        let lines = Lines()
        let child = try ChildProcess(
            executable: "/usr/bin/env",
            arguments: [
                "python3", "-c", script, "\(columns)", "\(rows)", "\(interruptAfter ?? 0)", Installation.binary,
            ] + arguments,
            environment: environment.merging(["PATH": Self.path, "TERM": "xterm"]) { given, _ in given },
            output: .lines { lines.add($0) })
        return (await child.waitForExit(), lines.all.joined(separator: "\n"))
    }

    private static let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
}
