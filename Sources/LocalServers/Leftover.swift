import Foundation

/// A server that outlived the process that started it, found by the pid file it wrote.
///
/// Its functions block the calling thread for up to their bounds; they are for exit handlers and for threads of their
/// own.
struct Leftover: Sendable {
    /// The server's own pid file; the number stands in its first line.
    let pidFile: String
    /// The program's name, as the last part of the first argument.
    let program: String
    /// An argument that only this folder's server was started with.
    let argument: String

    /// The live server's process number. Numbers are used again, so the command line decides whether it is that server.
    var processIdentifier: Int32? {
        guard let text = try? String(contentsOfFile: pidFile, encoding: .utf8),
            let line = text.split(whereSeparator: \.isNewline).first,
            let number = Int32(line.trimmingCharacters(in: .whitespaces)), number > 1,
            let commandLine = FileManager.default.contents(atPath: "/proc/\(number)/cmdline")
        else { return nil }
        let words = commandLine.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        guard let first = words.first, first.split(separator: "/").last == program[...], words.contains(argument)
        else { return nil }
        return number
    }

    /// Ends the server and waits until it is gone: by `signal` first, by SIGKILL after `grace` seconds.
    ///
    /// - Throws: `.leftoverAlive` if it is still there 5 s after SIGKILL.
    func stop(signal: Int32, grace: Int) throws(LocalServerError) {
        guard let number = processIdentifier else { return }
        kill(number, signal)
        if waitUntilGone(number, seconds: grace) { return }
        kill(number, SIGKILL)
        if waitUntilGone(number, seconds: 5) { return }
        throw .leftoverAlive(path: pidFile, processIdentifier: number)
    }

    /// The process is not our child, so there is nothing to wait for but its disappearance.
    private func waitUntilGone(_ number: Int32, seconds: Int) -> Bool {
        for _ in 0..<(seconds * 100) {
            if commandLineIsEmpty(of: number) { return true }
            usleep(10_000)
        }
        return commandLineIsEmpty(of: number)
    }

    /// Of a zombie only the number is left, which is gone enough.
    private func commandLineIsEmpty(of number: Int32) -> Bool {
        FileManager.default.contents(atPath: "/proc/\(number)/cmdline")?.isEmpty ?? true
    }
}

/// Runs blocking work on a thread of Dispatch, off the cooperative pool.
func onBlockingThread<Value: Sendable>(
    _ work: @escaping @Sendable () throws(LocalServerError) -> Value
) async throws(LocalServerError) -> Value {
    let result = await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
            continuation.resume(returning: Result { () throws(LocalServerError) in try work() })
        }
    }
    return try result.get()
}
