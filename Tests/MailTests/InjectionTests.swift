import Testing

@testable import Mail

/// Whatever would add a header, a recipient or a message is refused, never stripped.
@Suite struct InjectionTests {
    static let breaks = [
        "\r\nBcc: evil@example.com", "\nBcc: evil@example.com", "\rBcc: x", "\u{0}", "\r\n\r\nbody", "\u{2028}X: y",
        "\u{85}X: y", "\u{B}", "\u{1B}[31m", "\u{7F}",
    ]

    @Test(arguments: breaks)
    func lineBreakAnywhereInAHeaderIsRefused(attack: String) throws {
        #expect(throws: MailError.self) { try MailMessage.test { $0.subject = "Hi" + attack }.encoded() }
        #expect(throws: MailError.self) { try MailMessage.test { $0.from.name = "Ann" + attack }.encoded() }
        #expect(throws: MailError.self) {
            try MailMessage.test { $0.to = [Mailbox(name: attack, address: $0.to[0].address)] }.encoded()
        }
        #expect(throws: MailError.self) { try MailMessage.test { $0.messageId = "a" + attack }.encoded() }
        #expect(throws: MailError.self) { try MailMessage.test { $0.messageIdDomain = "a" + attack }.encoded() }
        #expect(throws: MailError.self) { try Mailbox(parsing: "Ann\(attack) <ann@example.com>", part: "cc") }
        #expect(throws: MailError.self) { try CustomHeader(name: "X-A", value: "a" + attack) }
        #expect(throws: MailError.self) { try CustomHeader(name: "X-A" + attack, value: "a") }
        #expect(throws: MailError.self) { try UnsubscribeURL("https://example.com/" + attack) }
        #expect(throws: MailError.self) {
            try Attachment(filename: "a" + attack, contentType: "text/plain", content: [])
        }
        #expect(throws: MailError.self) {
            try Attachment(filename: "a", contentType: "text/plain" + attack, content: [])
        }
        #expect(throws: MailError.self) {
            try Attachment(filename: "a", contentType: "text/plain", content: [], contentId: "a" + attack)
        }
        #expect(throws: EmailAddress.Problem.self) { try EmailAddress("a\(attack)@example.com") }
        #expect(throws: EmailAddress.Problem.self) { try EmailAddress("a@example.com\(attack)") }
    }

    @Test(arguments: [
        "Bcc", "bcc", "From", "To", "CC", "Sender", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version",
        "Content-Type", "content-transfer-encoding", "Received", "Return-Path", "DKIM-Signature", "Resent-To",
        "ARC-Seal", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post",
    ])
    func headerThatIsNotTheCallersIsRefused(name: String) {
        #expect(throws: MailError.forbiddenHeader(name: name)) { try CustomHeader(name: name, value: "x") }
    }

    @Test(arguments: ["", "X A", "X:A", "Ä", "X\t", String(repeating: "x", count: 65)])
    func badHeaderNameIsRefused(name: String) {
        #expect(throws: MailError.invalidHeaderName) { try CustomHeader(name: name, value: "x") }
    }

    @Test func valueThatFitsNoLineIsRefused() throws {
        #expect(throws: MailError.tooLong(part: "X-A", limit: 900)) {
            try CustomHeader(name: "X-A", value: String(repeating: "x", count: 901))
        }
        #expect(throws: MailError.tooLong(part: "subject", limit: 4096)) {
            try MailMessage.test { $0.subject = String(repeating: "x", count: 4097) }.encoded()
        }
    }

    @Test func messageWithNothingToSayIsRefused() {
        #expect(throws: MailError.noContent) { try MailMessage.test { $0.text = nil }.encoded() }
    }
}
