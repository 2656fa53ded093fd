import Foundation

/// How one server is started, and how it is known to answer.
struct ServerLaunch: Sendable {
    /// How long a server may take to answer: recovery after a crash counts, making a database does not.
    static let bound: Duration = .seconds(60)

    /// The server's name in messages.
    let name: String
    let executable: String
    let arguments: [String]
    let logFile: String
    /// Made by the server just before it answers; probes before that are not worth their process.
    let socketPath: String
    /// A program that ends well and prints `answer` once the server answers.
    let probe: Command
    let answer: String

    /// Starts the server and returns once it answers; the server is stopped again if it does not.
    ///
    /// - Throws: `.endedEarly` or `.notAnswering` with the end of the log, or `.cancelled`.
    func start(in socketFolder: SocketFolder) async throws(LocalServerError) -> ChildProcess {
        unlink(socketPath)
        let child = try ChildProcess(
            executable: executable, arguments: arguments, environment: Command.plainEnvironment,
            output: .file(logFile))
        do {
            try await waitUntilAnswering(child)
            return child
        } catch {
            await child.stop(grace: .seconds(5))
            socketFolder.remove()
            throw error
        }
    }

    private func waitUntilAnswering(_ child: ChildProcess) async throws(LocalServerError) {
        let deadline = ContinuousClock.now + Self.bound
        while ContinuousClock.now < deadline {
            if let status = await child.waitForExit(within: .milliseconds(20)) {
                throw .endedEarly(server: name, status: status, log: logTail)
            }
            if Task.isCancelled { throw .cancelled }
            guard FileManager.default.fileExists(atPath: socketPath) else { continue }
            let (status, output) = try await probe.run()
            if let status, status.isSuccess, output.contains(answer) { return }
        }
        throw .notAnswering(server: name, after: Self.bound, log: logTail)
    }

    private var logTail: String {
        let text = (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? ""
        return text.split(whereSeparator: \.isNewline).suffix(15).joined(separator: "\n")
    }
}
