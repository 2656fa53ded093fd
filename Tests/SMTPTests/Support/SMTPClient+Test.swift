import Logging

@testable import SMTP

/// Runs the body with a client of a server on this port in clear text, and shuts it down.
func withClient(
    _ port: Int, host: String = "127.0.0.1", security: SMTPConfiguration.Security = .none,
    _ change: (inout SMTPConfiguration) -> Void = { _ in }, _ body: (SMTPClient) async throws -> Void
) async throws {
    var configuration = SMTPConfiguration(host: host, port: port, security: security)
    change(&configuration)
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let client = try SMTPClient(configuration, logger: logger)
    defer { client.shutdown() }
    try await body(client)
}

extension SMTPClient {
    func send(
        to recipients: String..., text: String = "Subject: Hi\r\n\r\nHello\r\n", timeout: Duration = .seconds(10),
        condition: SMTPEnvelope.Condition = .any
    ) async -> [SMTPResult] {
        let envelope = SMTPEnvelope(sender: "me@example.com", recipients: recipients, condition: condition)
        return await send(envelope, Array(text.utf8), timeout: timeout)
    }
}

extension SMTPResult {
    /// In one word, and the answer's numbers.
    var summary: String {
        switch self {
        case .accepted: "accepted"
        case .refused(let reply, let phase): "\(reply) \(phase.rawValue)"
        case .notSent(let error): "notSent \(error)"
        case .unknown(let error): "unknown \(error)"
        }
    }
}
