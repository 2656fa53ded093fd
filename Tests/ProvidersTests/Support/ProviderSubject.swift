import Logging
import Mail
import Notifications
import Outbound
import SMTP
import TestSupport
import Testing

@testable import Providers

/// A provider as the conformance suite sees it. A new provider adds itself to `all`.
struct ProviderSubject: Sendable, CustomTestStringConvertible {
    var name: String
    /// Where the attempt goes when a peer listens on this port of 127.0.0.1.
    var attempt: @Sendable (_ port: Int, _ timeout: Duration) -> DeliveryAttempt
    var make: @Sendable (OutboundClient, _ port: Int) throws -> any Provider
    var dialect = Dialect.http
    /// What an attempt comes to that the other side does not answer; the inbox has no other side.
    var unanswered = "unknown"
    /// What the peer's answers come to.
    var outcomes: [(status: String, outcome: String)]
    /// What an accepting peer's reply may be in bytes the provider does not expect, and what that comes to.
    var malformed: [(reply: String, outcome: String)]

    var testDescription: String { name }

    /// Stands in every address and secret; it must not be seen again.
    static let canary = "c4nary5ecretc4nary5ecretc4nary5e"

    static let all = [webhook, smtp, inApp, slowSimulator, postmark] + accounts + push
    /// Those that talk to a peer.
    static let remote = all.filter { !$0.outcomes.isEmpty }
    /// Those that send e-mail.
    static let mail = remote.filter { $0.attempt(1, .zero).route == .email }

    static let webhook = ProviderSubject(
        name: "webhook",
        attempt: { .test(target: .test("http://127.0.0.1:\($0)/\(canary)?token=\(canary)"), timeout: $1) },
        make: { outbound, _ in
            let configuration = try WebhookConfiguration(secrets: ["whsec_" + canary])
            return WebhookProvider(configuration: configuration, outbound: outbound)
        },
        outcomes: [
            ("200 OK", "accepted"), ("201 Created", "accepted"), ("204 No Content", "accepted"),
            ("301 Moved Permanently", "rejected"), ("307 Temporary Redirect", "rejected"),
            ("400 Bad Request", "rejected"), ("401 Unauthorized", "rejected"), ("403 Forbidden", "rejected"),
            ("404 Not Found", "rejected"), ("408 Request Timeout", "retry"), ("410 Gone", "invalidRecipient"),
            ("422 Unprocessable Content", "rejected"), ("425 Too Early", "retry"),
            ("429 Too Many Requests", "throttled"), ("500 Internal Server Error", "unknown"),
            ("502 Bad Gateway", "unknown"), ("503 Service Unavailable", "retry"), ("504 Gateway Timeout", "unknown"),
            ("520 Unknown", "unknown"),
        ],
        malformed: [
            ("SSH-2.0-OpenSSH_9.6\r\n\r\n", "unknown"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\u{0}{[x", "accepted"),
        ])

    private static let smtp = ProviderSubject(
        name: "smtp",
        attempt: { _, timeout in
            let target = Target(id: "email", address: .email("\(canary)@example.com"))
            return .test(route: .email, target: target, timeout: timeout)
        },
        make: { _, port in
            let server = try SMTPConfiguration(url: "smtp+clear://127.0.0.1:\(port)")
            let from = try Mailbox(parsing: "Belfry <no-reply@example.com>", part: "from")
            return try SMTPProvider(
                configuration: SMTPProviderConfiguration(server: server, from: from), logger: .silent)
        },
        dialect: .smtp,
        // What is answered here is the message with its final dot; `SMTPVerdictTests` has the other commands.
        outcomes: [
            ("250 2.0.0", "accepted"), ("250", "accepted"), ("451 4.3.0", "retry"), ("452 4.3.1", "retry"),
            ("450 4.7.1", "retry"), ("552 5.3.4", "rejected"), ("554 5.6.0", "rejected"), ("550 5.7.1", "rejected"),
            ("550 5.1.1", "rejected"), ("530 5.7.0", "authentication"), ("354", "unknown"), ("421 4.3.2", "unknown"),
        ],
        malformed: [
            ("HTTP/1.1 200 OK\r\n\r\n", "unknown"), ("250-\r\n251 \r\n", "unknown"),
            ("250 2.0.0 \u{0}{[x\r\n", "accepted"),
        ])

    private static let inApp = ProviderSubject(
        name: "inApp",
        attempt: { _, timeout in
            let target = Target(id: "inApp", address: .inbox(userId: canary))
            return .test(route: .inApp, target: target, timeout: timeout)
        },
        make: { _, _ in InAppProvider() }, unanswered: "accepted", outcomes: [], malformed: [])

    private static let slowSimulator = ProviderSubject(
        name: "simulator",
        attempt: { _, timeout in
            let target = Target(id: "email", address: .email("\(canary)@example.com"))
            return .test(route: .email, target: target, timeout: timeout)
        },
        make: { _, _ in try SimulatorProvider(configuration: SimulatorConfiguration(parsing: "latency=60s")) },
        outcomes: [], malformed: [])
}
