public import Foundation
public import Logging
import Mail
public import Notifications
import SMTP

/// Hands a notification to a mail server.
///
/// A delivery has one recipient that counts; `cc` and `bcc` go in the same transaction, and only if that one is taken.
/// What becomes of the copies does not change the outcome: a retry would send to those again who have it already.
public struct SMTPProvider: Provider {
    public let name = "smtp"
    private let configuration: SMTPProviderConfiguration
    private let client: SMTPClient
    private let logger: Logger
    private let now: @Sendable () -> Date

    /// - Parameter now: what `Date` says.
    /// - Throws: when the configured certificate authorities cannot be read.
    public init(
        configuration: SMTPProviderConfiguration, logger: Logger, now: @escaping @Sendable () -> Date = { .now }
    ) throws {
        self.configuration = configuration
        self.logger = logger
        self.now = now
        client = try SMTPClient(configuration.server, logger: logger)
    }

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        let mail: ComposedMail
        let bytes: [UInt8]
        do throws(MailRefusal) {
            mail = try ComposedMail(attempt, from: configuration.from, at: now())
            bytes = try mail.encoded()
        } catch {
            return .rejected(error.failure)
        }
        let envelope = SMTPEnvelope(
            sender: mail.message.from.address.text, recipients: mail.recipients.map(\.address.text), condition: .first)
        let results = await client.send(envelope, bytes, timeout: attempt.timeout)
        noteCopies(results, of: attempt)
        return SMTPVerdict.outcome(
            of: results.first, messageId: mail.message.fullMessageId, isSenderOurs: mail.isSenderOurs)
    }

    public func shutdown() async { client.shutdown() }

    private func noteCopies(_ results: [SMTPResult], of attempt: DeliveryAttempt) {
        guard case .accepted = results.first else { return }
        let refused = results.dropFirst().count { if case .accepted = $0 { false } else { true } }
        guard refused > 0 else { return }
        logger.warning(
            "copies of a message were not taken",
            metadata: ["notificationId": "\(attempt.notificationId.text)", "count": "\(refused)"])
    }
}
