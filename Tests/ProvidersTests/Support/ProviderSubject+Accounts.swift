import Mail
import Notifications
import Outbound

@testable import Providers

/// The providers that we have an account with.
extension ProviderSubject {
    static let accounts = [
        account("ses", .email, .email("\(canary)@example.com")) { outbound, url in
            let account = AWSAccount(region: "eu-north-1", accessKeyId: "AKIDEXAMPLE", secretAccessKey: secret)
            return SESProvider(
                configuration: SESConfiguration(account: account, from: try sender, url: url), outbound: outbound)
        },
        account("sendgrid", .email, .email("\(canary)@example.com")) { outbound, url in
            SendGridProvider(
                configuration: SendGridConfiguration(apiKey: secret, from: try sender, url: url), outbound: outbound)
        },
        account("mailgun", .email, .email("\(canary)@example.com")) { outbound, url in
            let configuration = MailgunConfiguration(
                apiKey: secret, domain: "mg.example.com", from: try sender, url: url)
            return MailgunProvider(configuration: configuration, outbound: outbound)
        },
        account("twilio", .sms, .phone("+\(canary)")) { outbound, url in
            let configuration = TwilioConfiguration(accountSid: "AC1", token: secret, sender: "+15005550006", url: url)
            return TwilioProvider(configuration: configuration, outbound: outbound)
        },
        account("vonage", .sms, .phone("+\(canary)")) { outbound, url in
            let configuration = VonageConfiguration(apiKey: "key", apiSecret: secret, sender: "Shop", url: url)
            return VonageProvider(configuration: configuration, outbound: outbound)
        },
        account("sns", .sms, .phone("+\(canary)")) { outbound, url in
            let account = AWSAccount(region: "eu-north-1", accessKeyId: "AKIDEXAMPLE", secretAccessKey: secret)
            return SNSProvider(configuration: SNSConfiguration(account: account, url: url), outbound: outbound)
        },
        account("slack", .slack, .chat(canary), changes: ["200": "unknown", "202": "unknown"]) { outbound, url in
            SlackProvider(configuration: SlackConfiguration(token: secret, url: url), outbound: outbound)
        },
        account("telegram", .telegram, .chat("@\(canary)")) { outbound, url in
            TelegramProvider(configuration: TelegramConfiguration(token: secret, url: url), outbound: outbound)
        },
        account("whatsapp", .whatsApp, .chat("+\(canary)")) { outbound, url in
            let configuration = WhatsAppConfiguration(token: secret, phoneNumberId: "1055", url: url)
            return WhatsAppProvider(configuration: configuration, outbound: outbound)
        },
        hook("slack", .slack) { outbound in
            let url = try ServiceURL("http://127.0.0.1")
            return SlackProvider(configuration: SlackConfiguration(url: url), outbound: outbound)
        },
        hook("discord", .discord, changes: ["403": "authentication"]) { DiscordProvider(outbound: $0) },
    ]

    private static let secret = Secret(canary)
    private static var sender: Mailbox { get throws { try Mailbox(parsing: "no-reply@example.com", part: "from") } }

    /// What an account's API answers means the same for all where it says no more than a status.
    static func account(
        _ name: String, _ route: Route, _ address: Target.Address, changes: [String: String] = [:],
        _ make: @escaping @Sendable (OutboundClient, _ url: ServiceURL) throws -> any Provider
    ) -> ProviderSubject {
        var dialect = Dialect.http
        dialect.endless.outcome = changes["200"] ?? "accepted"
        return ProviderSubject(
            name: name,
            attempt: { .test(route: route, target: Target(id: route.rawValue, address: address), timeout: $1) },
            make: { outbound, port in try make(outbound, ServiceURL("http://127.0.0.1:\(port)")) },
            dialect: dialect,
            outcomes: answers.map { ($0.status, changes[String($0.status.prefix(3))] ?? $0.outcome) },
            malformed: [
                ("SSH-2.0-OpenSSH_9.6\r\n\r\n", "unknown"),
                ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\u{0}{[x", changes["200"] ?? "accepted"),
            ])
    }

    /// A webhook of the recipient's, which is a secret as a whole.
    private static func hook(
        _ name: String, _ route: Route, changes: [String: String] = [:],
        _ make: @escaping @Sendable (OutboundClient) throws -> any Provider
    ) -> ProviderSubject {
        let changes = changes.merging(["410": "rejected"]) { first, _ in first }
        return ProviderSubject(
            name: name,
            attempt: { port, timeout in
                let target = Target(id: "chat", address: .chat("http://127.0.0.1:\(port)/\(canary)"))
                return .test(route: route, target: target, timeout: timeout)
            },
            make: { outbound, _ in try make(outbound) },
            outcomes: webhook.outcomes.map { ($0.status, changes[String($0.status.prefix(3))] ?? $0.outcome) },
            malformed: webhook.malformed)
    }

    private static let answers: [(status: String, outcome: String)] = [
        ("200 OK", "accepted"), ("202 Accepted", "accepted"), ("301 Moved Permanently", "authentication"),
        ("400 Bad Request", "rejected"), ("401 Unauthorized", "authentication"), ("403 Forbidden", "authentication"),
        ("404 Not Found", "authentication"), ("408 Request Timeout", "retry"), ("413 Payload Too Large", "rejected"),
        ("422 Unprocessable Content", "rejected"), ("429 Too Many Requests", "throttled"),
        ("500 Internal Server Error", "unknown"), ("502 Bad Gateway", "unknown"),
        ("503 Service Unavailable", "retry"), ("504 Gateway Timeout", "unknown"), ("520 Unknown", "unknown"),
    ]
}
