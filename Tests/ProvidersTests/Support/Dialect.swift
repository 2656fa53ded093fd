import Logging
import TestSupport

/// What a provider and its peer speak, as far as the conformance suite has to know.
struct Dialect: Sendable {
    var framing: any Framing
    /// A whole answer with this status, and this text in it.
    var answer: @Sendable (_ status: String, _ text: String) -> String
    /// The beginning of an answer that goes on for ever with these chunks, in bulk or in drops, and what an attempt
    /// comes to that gets it.
    var endless: (head: String, bulk: String, drop: String, outcome: String)

    static let http = Dialect(
        framing: HTTPFraming(),
        answer: { "HTTP/1.1 \($0)\r\nContent-Length: \($1.utf8.count)\r\n\r\n\($1)" },
        endless: (
            "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n", String(repeating: "x", count: 10_000), "x",
            "accepted"
        ))

    /// An answer is over with the line that has no hyphen, so one that has no such line is none.
    static let smtp = Dialect(
        framing: SMTPFraming(), answer: { "\($0) \($1)\r\n" },
        endless: ("250-", String(repeating: "x\r\n250-", count: 1000), "x", "unknown"))
}

extension Logger {
    static let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
}
