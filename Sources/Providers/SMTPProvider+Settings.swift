import Foundation
import Mail
import Notifications
import SMTP
import SettingsReading

extension SMTPProvider {
    static let kind = ProviderKind(
        "smtp", routes: [.email], required: ["BELFRY_SMTP_URL", "BELFRY_EMAIL_FROM"],
        alternatives: ["BELFRY_EMAIL_FROM": "BELFRY_SMTP_FROM"]
    ) { reader, shared in
        configuration(&reader, shared.sender).map { configuration in
            ProviderSetup { _, logger in try SMTPProvider(configuration: configuration, logger: logger) }
        }
    }

    /// Nil unless server and sender are set.
    private static func configuration(
        _ reader: inout SettingsReader, _ sender: Mailbox?
    ) -> SMTPProviderConfiguration? {
        let mechanisms = ["auto"] + SMTPCredentials.Mechanism.allCases.map(\.rawValue)
        let mechanism = reader.choice(
            "BELFRY_SMTP_AUTH", mechanisms, default: "auto",
            "How to authenticate; auto is PLAIN or LOGIN. With xoauth2 the password is the access token.")
        let server: SMTPConfiguration? = reader.parsed(
            "BELFRY_SMTP_URL", form: "smtps://[user:password@]host[:465] or smtp://…[:587] or smtp+clear://host[:25]",
            fallback: "none", "The mail server: TLS at once, STARTTLS (required), or neither and no password.",
            isSecret: true, default: nil
        ) { try SMTPConfiguration(url: $0, mechanism: SMTPCredentials.Mechanism(rawValue: mechanism)) }
        let from: Mailbox? = reader.parsed(
            "BELFRY_SMTP_FROM", form: "name@host or Name <name@host>", fallback: "BELFRY_EMAIL_FROM",
            "The sender of e-mail by SMTP, if it is another one.", default: sender
        ) { try Mailbox(parsing: $0, part: "from") }
        let connection = connectionSettings(&reader)
        guard var server, let from else { return nil }
        server.helloName = connection.helloName ?? from.address.domain
        server.certificateAuthorities = connection.authorities
        server.maximumConnections = connection.limit
        server.messagesPerConnection = connection.messages
        return SMTPProviderConfiguration(server: server, from: from)
    }

    private static func connectionSettings(
        _ reader: inout SettingsReader
    ) -> (helloName: String?, authorities: String?, limit: Int, messages: Int) {
        let helloName: String? = reader.parsed(
            "BELFRY_SMTP_HELLO", form: "a host name or [address]", fallback: "the sender's domain",
            "What Belfry calls itself to the mail server.", default: nil
        ) { text in
            guard text.utf8.count <= 255, text.utf8.allSatisfy({ (33...126).contains($0) }) else { return nil }
            return text
        }
        let authorities: String? = reader.parsed(
            "BELFRY_SMTP_CA_FILE", form: "a path", fallback: "none",
            "PEM file of authorities that are trusted beside the system's.", default: nil
        ) { path in
            guard FileManager.default.isReadableFile(atPath: path) else { throw SettingsProblem("it cannot be read") }
            return path
        }
        let limit = reader.int(
            "BELFRY_SMTP_CONNECTIONS", 1...100, default: 8, "Connections of one worker to the mail server.")
        let messages = reader.int(
            "BELFRY_SMTP_MESSAGES_PER_CONNECTION", 1...10_000, default: 100,
            "After which a connection is closed and another one opened.")
        return (helloName, authorities, limit, messages)
    }
}
