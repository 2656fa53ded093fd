import Foundation

@testable import Mail

extension MailMessage {
    static func test(_ change: (inout MailMessage) throws -> Void = { _ in }) throws -> MailMessage {
        var message = MailMessage(
            from: try Mailbox(parsing: "Belfry <no-reply@example.com>", part: "from"),
            to: [Mailbox(address: try EmailAddress("ann@example.org"))], messageId: "0123456789abcdef",
            messageIdDomain: "example.com", date: Date(timeIntervalSince1970: 1_769_851_800))
        message.subject = "Hello"
        message.text = "World\n"
        try change(&message)
        return message
    }
}

extension [UInt8] {
    var text: String { String(decoding: self, as: UTF8.self) }

    /// Split at CRLF; a lone CR or LF stays in its line.
    var lines: [String] { text.components(separatedBy: "\r\n") }
}
