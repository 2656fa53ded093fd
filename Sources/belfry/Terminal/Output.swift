import ArgumentParser
import Foundation

/// Standard output, for commands whose output is what they are for.
enum Output {
    /// A reader that goes away, as `head` does, must be an error of the write instead of our end.
    private static let ignoresBrokenPipes: Void = {
        _ = signal(SIGPIPE, SIG_IGN)
    }()

    /// Writes all of it at once. When nobody reads any more, the command ends quietly.
    static func put(_ text: String) throws {
        ignoresBrokenPipes
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw errno == EPIPE ? ExitCode.success : ExitCode.failure
            }
        }
    }

    static func put(lines: [String]) throws {
        try put(lines.map { $0 + "\n" }.joined())
    }
}

/// Why a command could not do what it was asked, and what to do about it.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
