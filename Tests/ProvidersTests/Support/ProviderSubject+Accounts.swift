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
    ]

    private static let secret = Secret(canary)
    private static var sender: Mailbox { get throws { try Mailbox(parsing: "no-reply@example.com", part: "from") } }

    /// What an account's API answers means the same for all where it says no more than a status.
    private static func account(
        _ name: String, _ route: Route, _ address: Target.Address, changes: [String: String] = [:],
        _ make: @escaping @Sendable (OutboundClient, _ url: ServiceURL) throws -> any Provider
    ) -> ProviderSubject {
        ProviderSubject(
            name: name,
            attempt: { .test(route: route, target: Target(id: route.rawValue, address: address), timeout: $1) },
            make: { outbound, port in try make(outbound, ServiceURL("http://127.0.0.1:\(port)")) },
            outcomes: answers.map { ($0.status, changes[String($0.status.prefix(3))] ?? $0.outcome) },
            malformed: [
                ("SSH-2.0-OpenSSH_9.6\r\n\r\n", "unknown"),
                ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\u{0}{[x", changes["200"] ?? "accepted"),
            ])
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
