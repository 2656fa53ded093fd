/// One message over an open connection:
///
///     [RSET] MAIL RCPT… DATA ──354──▶ content ──▶ done
///       all in one write where     └─354, nobody taken──▶ lone dot ──▶ done
///       the server pipelines       └─anything else ─────▶ done
///
/// A copy is not sent where the one it is a copy for was refused; DATA then waits for the answers to RCPT, because
/// after its 354 there is no way back.
struct SMTPTransaction: Sendable {
    enum Action: Sendable, Hashable {
        /// Write these lines, together.
        case send([String])
        case sendContent
        /// Write the dot that ends an empty message, which nobody gets.
        case sendLoneDot
        case wait
        /// The results in the order of the envelope's recipients. `isReusable` is false when the connection is of no
        /// more use; `needsReset` when its next transaction must begin with RSET.
        case done([SMTPResult], isReusable: Bool, needsReset: Bool)
    }

    enum Command: Sendable, Hashable {
        case reset, mail, data
        case recipient(Int)

        var phase: SMTPPhase {
            switch self {
            case .reset: .reset
            case .mail: .sender
            case .recipient: .recipient
            case .data: .data
            }
        }
    }

    private enum State: Sendable { case commands, content, loneDot, done }

    let envelope: SMTPEnvelope
    private let content: SMTPContent
    private let pipelines: Bool
    private let takesSize: Bool
    private var withParameters = true
    private var unsent: [Command]
    private var unanswered: [Command] = []
    private var state = State.commands
    /// By recipient, once it is decided.
    private var results: [SMTPResult?]
    private var mailRefusal: SMTPReply?
    private var isDataOpen = false
    /// Whether any answer came: until then a connection that the server had closed looks like this transaction's fault.
    private(set) var wasAnswered = false

    /// - Throws: what the server is known not to take.
    init(_ envelope: SMTPEnvelope, _ content: SMTPContent, _ capabilities: SMTPCapabilities, needsReset: Bool)
        throws(SMTPError)
    {
        guard envelope.isWritable else { throw .invalidPath }
        if let limit = capabilities.maximumSize, content.size > limit { throw .messageTooLarge(limit: limit) }
        if envelope.isInternational, !capabilities.international { throw .needsInternationalMail }
        if content.isEightBit, !capabilities.eightBit { throw .needsEightBit }
        self.envelope = envelope
        self.content = content
        pipelines = capabilities.pipelining
        takesSize = capabilities.takesSize
        results = Array(repeating: nil, count: envelope.recipients.count)
        unsent = (needsReset ? [.reset] : []) + SMTPTransaction.commands(envelope)
    }

    private static func commands(_ envelope: SMTPEnvelope) -> [Command] {
        [.mail] + envelope.recipients.indices.map(Command.recipient) + [.data]
    }

    var phase: SMTPPhase {
        switch state {
        case .commands: unanswered.first?.phase ?? .sender
        case .loneDot: .data
        case .content, .done: .content
        }
    }

    mutating func start() -> Action { sendNext() }

    mutating func receive(_ reply: SMTPReply) -> Action {
        wasAnswered = true
        switch state {
        case .commands where reply.closesConnection: return finish(.refused(reply, phase), isReusable: false)
        case .commands:
            guard !unanswered.isEmpty else { return finish(.notSent(.malformedReply(phase)), isReusable: false) }
            note(reply, to: unanswered.removeFirst())
            return unanswered.isEmpty ? decide(after: reply) : .wait
        case .content:
            let result: SMTPResult = reply.isPositive ? .accepted(reply) : .refused(reply, .content)
            return finish(result, isReusable: !reply.closesConnection)
        case .loneDot:
            let refused: SMTPResult = mailRefusal.map { .refused($0, .sender) } ?? .refused(reply, .data)
            return finish(refused, isReusable: !reply.closesConnection, needsReset: true)
        case .done: return .wait
        }
    }

    /// What the connection's end makes of it. `isSent` says that the final dot has left.
    func results(failing error: SMTPError, isSent: Bool) -> [SMTPResult] {
        let result: SMTPResult = state == .content && isSent ? .unknown(error) : .notSent(error)
        return results.map { $0 ?? result }
    }

    private mutating func note(_ reply: SMTPReply, to command: Command) {
        switch command {
        case .reset: break
        case .mail: if !reply.isPositive { mailRefusal = reply }
        case .recipient(let index):
            if mailRefusal == nil, !reply.isPositive { results[index] = .refused(reply, .recipient) }
        case .data: isDataOpen = reply.code == 354
        }
    }

    /// All that was sent is answered, `reply` last.
    private mutating func decide(after reply: SMTPReply) -> Action {
        let hasRecipients = results.contains { $0 == nil } && mailRefusal == nil
        if isDataOpen {
            state = hasRecipients ? .content : .loneDot
            return hasRecipients ? .sendContent : .sendLoneDot
        }
        if let mailRefusal {
            if let again = withoutParameters(after: mailRefusal) { return again }
            return finish(.refused(mailRefusal, .sender), isReusable: true, needsReset: true)
        }
        if unsent.isEmpty { return finish(.refused(reply, .data), isReusable: true, needsReset: true) }
        if envelope.condition == .first, case .refused(let refusal, let phase)? = results[0] {
            return finish(.refused(refusal, phase), isReusable: true, needsReset: true)
        }
        if unsent == [.data], !hasRecipients {
            return finish(.refused(reply, .recipient), isReusable: true, needsReset: true)
        }
        return sendNext()
    }

    /// Once more with a bare MAIL, where a parameter that the server announced is what it does not take.
    ///
    /// **Source:** RFC 5321 §4.2.3: 455 and 555.
    private mutating func withoutParameters(after refusal: SMTPReply) -> Action? {
        guard refusal.code == 455 || refusal.code == 555, withParameters, takesSize, !content.isEightBit,
            !envelope.isInternational
        else { return nil }
        withParameters = false
        mailRefusal = nil
        unsent = SMTPTransaction.commands(envelope)
        return sendNext()
    }

    private mutating func sendNext() -> Action {
        var count = 1
        if pipelines {
            let holdsData = envelope.condition == .first && envelope.recipients.count > 1 && unsent.count > 1
            count = holdsData ? unsent.count - 1 : unsent.count
        }
        unanswered = Array(unsent.prefix(count))
        unsent.removeFirst(count)
        return .send(unanswered.map(line))
    }

    private func line(_ command: Command) -> String {
        switch command {
        case .reset: "RSET"
        case .mail: "MAIL FROM:<\(envelope.sender)>" + parameters
        case .recipient(let index): "RCPT TO:<\(envelope.recipients[index])>"
        case .data: "DATA"
        }
    }

    private var parameters: String {
        guard withParameters else { return "" }
        return (takesSize ? " SIZE=\(content.size)" : "") + (content.isEightBit ? " BODY=8BITMIME" : "")
            + (envelope.isInternational ? " SMTPUTF8" : "")
    }

    private mutating func finish(_ result: SMTPResult, isReusable: Bool, needsReset: Bool = false) -> Action {
        state = .done
        results = results.map { $0 ?? result }
        return .done(results.compactMap(\.self), isReusable: isReusable, needsReset: needsReset)
    }
}
