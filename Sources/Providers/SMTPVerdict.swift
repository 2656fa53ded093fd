import Notifications
import SMTP

/// What a mail server's answer means for a delivery.
///
/// The first digit decides, the enhanced code refines it. An address is given up only for what the answer to RCPT says
/// about the address itself: policies, spam and full mailboxes are not its fault.
///
/// **Source:** RFC 5321 §4.2, RFC 3463, the IANA registry of enhanced codes.
enum SMTPVerdict {
    /// What greylisting asks for at least.
    static let greylistWait: Duration = .seconds(5 * 60)
    /// Until a full mailbox may have been emptied.
    static let mailboxFullWait: Duration = .seconds(60 * 60)

    /// - Parameter isSenderOurs: false where the caller chose the sender, whose refusal then is the caller's mistake.
    static func outcome(of result: SMTPResult?, messageId: String, isSenderOurs: Bool = true) -> DeliveryOutcome {
        switch result {
        case .accepted: .accepted(providerMessageId: messageId)
        case .refused(let reply, let phase): outcome(of: reply, to: phase, isSenderOurs: isSenderOurs)
        case .notSent(let error): outcome(of: error)
        case .unknown(let error): .unknown(failure(error))
        case nil: .retry(after: nil, failure(.connectionLost(.sender)))
        }
    }

    private static func outcome(of error: SMTPError) -> DeliveryOutcome {
        switch error {
        case .refused(let reply, let phase): outcome(of: reply, to: phase, isSenderOurs: true)
        case .certificate, .tlsNotOffered, .noMechanism: .authentication(failure(error))
        case .messageTooLarge, .needsInternationalMail, .needsEightBit, .invalidPath: .rejected(failure(error))
        // To have waited for a connection of our own spends no attempt.
        case .noFreeConnection: .throttled(after: .seconds(1), failure(error))
        case .nameNotResolved, .connectFailed, .tlsFailed, .timeout, .connectionLost, .malformedReply, .cancelled,
            .shutDown:
            .retry(after: nil, failure(error))
        }
    }

    private static func outcome(of reply: SMTPReply, to phase: SMTPPhase, isSenderOurs: Bool) -> DeliveryOutcome {
        switch reply.code / 100 {
        // Hung up instead of an answer: the message may have been taken.
        case 4 where reply.code == 421 && phase == .content: .unknown(failure(reply, phase))
        case 4: .retry(after: wait(after: reply, phase), failure(reply, phase))
        case 5: permanent(reply, phase, isSenderOurs: isSenderOurs)
        // No answer to what was said.
        default: phase == .content ? .unknown(failure(reply, phase)) : .retry(after: nil, failure(reply, phase))
        }
    }

    private static func wait(after reply: SMTPReply, _ phase: SMTPPhase) -> Duration? {
        switch (reply.code, reply.enhanced?.subject, reply.enhanced?.detail) {
        case (_, 2, 2): mailboxFullWait
        case (450, 7, _), (451, 7, _): phase == .authentication ? nil : greylistWait
        default: nil
        }
    }

    private static func permanent(_ reply: SMTPReply, _ phase: SMTPPhase, isSenderOurs: Bool) -> DeliveryOutcome {
        let failure = failure(reply, phase)
        if isAboutUs(reply, phase) { return isSenderOurs ? .authentication(failure) : .rejected(failure) }
        if isMailboxFull(reply, phase) { return .retry(after: mailboxFullWait, failure) }
        if reply.code == 552, phase == .recipient, reply.enhanced?.subject == 5 { return .retry(after: nil, failure) }
        return isAddressDead(reply, phase) ? .invalidRecipient(failure) : .rejected(failure)
    }

    /// Our credentials, our sender, or our standing with this server.
    private static func isAboutUs(_ reply: SMTPReply, _ phase: SMTPPhase) -> Bool {
        if [530, 534, 535, 538].contains(reply.code) || phase == .authentication || phase == .startTLS { return true }
        switch (reply.enhanced?.subject, reply.enhanced?.detail) {
        case (1, 7), (1, 8), (7, 8), (7, 9), (7, 11): return true
        default: return phase == .greeting && reply.code != 521 && reply.code != 556
        }
    }

    private static func isMailboxFull(_ reply: SMTPReply, _ phase: SMTPPhase) -> Bool {
        guard let enhanced = reply.enhanced else { return reply.code == 552 && phase == .recipient }
        return enhanced.subject == 2 && enhanced.detail == 2
    }

    private static func isAddressDead(_ reply: SMTPReply, _ phase: SMTPPhase) -> Bool {
        guard phase == .recipient else { return false }
        guard let enhanced = reply.enhanced else { return reply.code == 551 }
        switch (enhanced.subject, enhanced.detail) {
        case (1, 0...3), (1, 6), (1, 10), (2, 1): return true
        default: return reply.code == 551 && enhanced.subject != 7
        }
    }

    private static func failure(_ error: SMTPError) -> DeliveryFailure {
        DeliveryFailure(code: error.word, detail: error.description)
    }

    private static func failure(_ reply: SMTPReply, _ phase: SMTPPhase) -> DeliveryFailure {
        DeliveryFailure(code: "\(reply.code)", detail: SMTPError.refused(reply, phase).description)
    }
}

extension SMTPError {
    /// A stable word for programs.
    fileprivate var word: String {
        switch self {
        case .refused(let reply, _): "\(reply.code)"
        case .nameNotResolved: "nameNotResolved"
        case .connectFailed: "connectFailed"
        case .tlsFailed: "tlsFailed"
        case .certificate: "certificate"
        case .tlsNotOffered: "tlsNotOffered"
        case .noMechanism: "noMechanism"
        case .timeout: "timeout"
        case .connectionLost: "connectionLost"
        case .malformedReply: "malformedReply"
        case .noFreeConnection: "noFreeConnection"
        case .cancelled: "cancelled"
        case .shutDown: "shutDown"
        case .messageTooLarge: "messageTooLarge"
        case .needsInternationalMail: "needsInternationalMail"
        case .needsEightBit: "needsEightBit"
        case .invalidPath: "invalidAddress"
        }
    }
}
