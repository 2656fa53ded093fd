/// What a server says to one command.
public struct SMTPReply: Sendable, Hashable {
    public let code: Int
    /// Set when it is there and of the code's own kind.
    public let enhanced: EnhancedStatus?
    /// What stands behind the code, line by line. Servers like to repeat addresses in it, so it is not shown.
    let lines: [String]

    public init(code: Int, enhanced: EnhancedStatus? = nil) {
        self.init(code: code, enhanced: enhanced, lines: [])
    }

    init(code: Int, lines: [String]) {
        let enhanced = lines.first.flatMap { EnhancedStatus(parsing: $0[...]) }
        self.init(code: code, enhanced: enhanced?.kind == code / 100 ? enhanced : nil, lines: lines)
    }

    private init(code: Int, enhanced: EnhancedStatus?, lines: [String]) {
        (self.code, self.enhanced, self.lines) = (code, enhanced, lines)
    }

    public var isPositive: Bool { code / 100 == 2 }
    /// The server closes the connection after this one.
    public var closesConnection: Bool { code == 421 }
    /// The server takes no more recipients in this transaction.
    ///
    /// **Source:** RFC 5321 §4.5.3.1.10: older servers say it with 552.
    var saysTooManyRecipients: Bool {
        (code == 452 || code == 552) && enhanced?.subject == 5 && enhanced?.detail == 3
    }
}

extension SMTPReply: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String { enhanced.map { "\(code) \($0)" } ?? "\(code)" }
    public var debugDescription: String { description }
}
