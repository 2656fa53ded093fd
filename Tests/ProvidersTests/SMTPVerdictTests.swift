import Notifications
import SMTP
import Testing

@testable import Providers

@Suite struct SMTPVerdictTests {
    /// An answer, where it came, and what the delivery comes to.
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String { "\(reply) to \(phase.rawValue)" }
        var reply: String
        var phase: SMTPPhase
        var outcome: String
        var after: Duration?

        init(_ reply: String, _ phase: SMTPPhase, _ outcome: String, after: Duration? = nil) {
            (self.reply, self.phase, self.outcome, self.after) = (reply, phase, outcome, after)
        }
    }

    static let rows = [
        Row("421", .greeting, "retry"), Row("421 4.3.2", .sender, "retry"), Row("421", .recipient, "retry"),
        Row("421 4.4.2", .content, "unknown"),
        Row("450 4.2.1", .recipient, "retry"), Row("451 4.3.0", .content, "retry"), Row("451", .data, "retry"),
        Row("450 4.7.1", .recipient, "retry", after: .seconds(300)),
        Row("451 4.7.1", .content, "retry", after: .seconds(300)),
        Row("452 4.2.2", .recipient, "retry", after: .seconds(3600)),
        Row("552 5.2.2", .recipient, "retry", after: .seconds(3600)),
        Row("552 5.2.2", .content, "retry", after: .seconds(3600)),
        Row("552", .recipient, "retry", after: .seconds(3600)),
        Row("452 4.3.1", .sender, "retry"), Row("452 4.5.3", .recipient, "retry"),
        Row("552 5.5.3", .recipient, "retry"), Row("455", .sender, "retry"), Row("454 4.7.0", .startTLS, "retry"),
        Row("454 4.7.0", .authentication, "retry"), Row("432 4.7.12", .authentication, "retry"),
        Row("555 5.5.4", .sender, "rejected"), Row("500 5.5.2", .sender, "rejected"),
        Row("501 5.5.4", .recipient, "rejected"), Row("503 5.5.1", .data, "rejected"), Row("502", .hello, "rejected"),
        Row("521 5.3.2", .greeting, "rejected"), Row("556 5.1.10", .recipient, "invalidRecipient"),
        Row("556", .recipient, "rejected"), Row("554", .greeting, "authentication"),
        Row("554 5.7.1", .greeting, "authentication"), Row("530 5.7.0", .sender, "authentication"),
        Row("534 5.7.9", .authentication, "authentication"), Row("535 5.7.8", .authentication, "authentication"),
        Row("538 5.7.11", .authentication, "authentication"), Row("504", .authentication, "authentication"),
        Row("501", .startTLS, "authentication"), Row("550 5.7.8", .sender, "authentication"),
        Row("550 5.1.7", .sender, "authentication"), Row("550 5.1.8", .recipient, "authentication"),
        Row("550 5.1.0", .recipient, "invalidRecipient"), Row("550 5.1.1", .recipient, "invalidRecipient"),
        Row("550 5.1.2", .recipient, "invalidRecipient"), Row("553 5.1.3", .recipient, "invalidRecipient"),
        Row("551 5.1.6", .recipient, "invalidRecipient"), Row("550 5.1.10", .recipient, "invalidRecipient"),
        Row("550 5.2.1", .recipient, "invalidRecipient"), Row("551", .recipient, "invalidRecipient"),
        Row("551 5.7.1", .recipient, "rejected"), Row("550", .recipient, "rejected"),
        Row("550 5.1.1", .content, "rejected"), Row("550 5.2.3", .recipient, "rejected"),
        Row("550 5.4.4", .recipient, "rejected"), Row("550 5.4.6", .content, "rejected"),
        Row("550 5.7.1", .recipient, "rejected"), Row("554 5.7.1", .content, "rejected"),
        Row("550 5.7.26", .content, "rejected"), Row("550 5.7.27", .sender, "rejected"),
        Row("552 5.3.4", .sender, "rejected"), Row("552", .content, "rejected"), Row("554 5.6.0", .content, "rejected"),
        Row("250", .data, "retry"), Row("354", .recipient, "retry"), Row("354", .content, "unknown"),
    ]

    @Test(arguments: rows)
    func answerComesToItsOutcome(row: Row) throws {
        let outcome = SMTPVerdict.outcome(of: .refused(try reply(row.reply), row.phase), messageId: "id")
        #expect(outcome.name == row.outcome)
        #expect(outcome.failure?.code == String(row.reply.prefix(3)))
        if case .retry(let after, _) = outcome { #expect(after == row.after) }
    }

    @Test func senderThatTheCallerChoseIsTheCallersMistake() throws {
        let result = SMTPResult.refused(try reply("550 5.1.8"), .sender)
        #expect(SMTPVerdict.outcome(of: result, messageId: "id", isSenderOurs: false).name == "rejected")
    }

    @Test(arguments: [
        (SMTPError.nameNotResolved, "retry"), (.connectFailed, "retry"), (.tlsFailed, "retry"),
        (.certificate, "authentication"), (.tlsNotOffered, "authentication"), (.noMechanism, "authentication"),
        (.timeout(.recipient), "retry"), (.connectionLost(.content), "retry"), (.malformedReply(.sender), "retry"),
        (.noFreeConnection, "throttled"), (.cancelled, "retry"), (.shutDown, "retry"),
        (.messageTooLarge(limit: 7), "rejected"), (.needsInternationalMail, "rejected"), (.needsEightBit, "rejected"),
        (.invalidPath, "rejected"), (.refused(SMTPReply(code: 535), .authentication), "authentication"),
    ])
    func errorBeforeTheDotIsSafeAndAfterItUnknown(error: SMTPError, outcome: String) {
        #expect(SMTPVerdict.outcome(of: .notSent(error), messageId: "id").name == outcome)
        #expect(SMTPVerdict.outcome(of: .unknown(error), messageId: "id").name == "unknown")
    }

    @Test func whatIsTakenHasItsMessageId() {
        let outcome = SMTPVerdict.outcome(of: .accepted(SMTPReply(code: 250)), messageId: "id")
        #expect(outcome == .accepted(providerMessageId: "id"))
    }

    private func reply(_ text: String) throws -> SMTPReply {
        let numbers = text.split { $0 == " " || $0 == "." }.compactMap { Int($0) }
        guard numbers.count == 4 else { return SMTPReply(code: numbers[0]) }
        return SMTPReply(code: numbers[0], enhanced: EnhancedStatus(numbers[1], numbers[2], numbers[3]))
    }
}
