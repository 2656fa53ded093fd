/// Why a local server or a child process could not be started.
public enum LocalServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No such program in any folder we know; `package` is what to install.
    case programMissing(name: String, package: String)
    /// The system refused to start the program; `code` is an `errno`.
    case spawnFailed(executable: String, code: Int32)
    /// The data folder cannot be made, owned or entered.
    case folderUnusable(path: String, reason: String)
    /// A server that we started, and that is still ours, uses the folder.
    case folderInUse(path: String)
    /// A server of an earlier run did not end, not even by SIGKILL.
    case leftoverAlive(path: String, processIdentifier: Int32)
    /// The server ended before it answered; `log` is the end of what it said.
    case endedEarly(server: String, status: ExitStatus, log: String)
    /// The server runs but does not answer; `log` is the end of what it said.
    case notAnswering(server: String, after: Duration, log: String)
    /// A program of the server's box (`initdb`, `psql`) failed; `status` is nil if it had to be stopped.
    case commandFailed(command: String, status: ExitStatus?, output: String)
    /// The task that was starting the server was cancelled.
    case cancelled

    public var description: String {
        switch self {
        case .programMissing(let name, let package):
            """
            '\(name)' was not found in PATH or where it usually lives. Install it, e.g. \
            'apt-get install \(package)' (Debian, Ubuntu) or run bin/install.
            """
        case .spawnFailed(let executable, let code):
            "'\(executable)' could not be started (errno \(code))."
        case .folderUnusable(let path, let reason):
            "The folder \(path) cannot be used: \(reason)"
        case .folderInUse(let path):
            "The folder \(path) is in use by a server of another process that is still running."
        case .leftoverAlive(let path, let processIdentifier):
            "Process \(processIdentifier), a server of an earlier run in \(path), did not end."
        case .endedEarly(let server, let status, let log):
            "\(server) ended before it was ready (\(status)). The end of its log:\n\(log)"
        case .notAnswering(let server, let after, let log):
            "\(server) did not answer within \(after). The end of its log:\n\(log)"
        case .commandFailed(let command, let status, let output):
            "\(command) failed (\(status.map(String.init(describing:)) ?? "took too long")):\n\(output)"
        case .cancelled:
            "The start was cancelled."
        }
    }
}
