import TestSupport
import Testing

@testable import SMTP

/// The strictest server there is.
@Suite(.enabled(if: PostfixPeer.isAvailable, "Postfix starts only as root"))
struct PostfixTests {
    @Test func everyRecipientHasItsOwnAnswerInOneTransaction() async throws {
        try await PostfixPeer.run { postfix in
            try await withClient(postfix.port) { client in
                let results = await client.send(
                    to: "ann@example.com", "later@example.com", "full@example.com", "gone@example.com",
                    "spam@example.com", "bob@example.com")
                #expect(
                    results.map(\.summary) == [
                        "accepted", "450 4.7.1 recipient", "452 4.2.2 recipient", "550 5.1.1 recipient",
                        "554 5.7.1 recipient", "accepted",
                    ])
            }
            #expect(try postfix.messages() == 1)
        }
    }

    @Test func oneConnectionServesGoodAndBadTransactionsAlike() async throws {
        try await PostfixPeer.run { postfix in
            try await withClient(postfix.port, { $0.maximumConnections = 1 }) { client in
                for _ in 1...3 {
                    #expect(await client.send(to: "gone@example.com").map(\.summary) == ["550 5.1.1 recipient"])
                    #expect(await client.send(to: "ann@example.com").map(\.summary) == ["accepted"])
                    let copies = await client.send(to: "later@example.com", "ann@example.com", condition: .first)
                    #expect(copies.map(\.summary) == ["450 4.7.1 recipient", "450 4.7.1 recipient"])
                }
            }
            try await eventually("the client has gone") { try postfix.log().ranges(of: "]: disconnect").count >= 2 }
            let log = try postfix.log()
            // Besides the connection by which the test saw that it listens.
            #expect(log.ranges(of: "]: connect from").count <= 2)
            #expect(!log.contains("improper command pipelining"))
            // What was begun and reset has a file too, for a moment.
            try await eventually("three messages are left") { try postfix.messages() == 3 }
        }
    }

    @Test func tooManyRecipientsGoInSeveralTransactions() async throws {
        try await PostfixPeer.run(settings: ["smtpd_recipient_limit = 2"]) { postfix in
            try await withClient(postfix.port) { client in
                let results = await client.send(
                    to: "a@example.com", "b@example.com", "c@example.com", "gone@example.com", "e@example.com")
                #expect(
                    results.map(\.summary)
                        == ["accepted", "accepted", "accepted", "550 5.1.1 recipient", "accepted"])
            }
        }
    }

    @Test func messageThatIsTooLargeIsNotEvenOffered() async throws {
        try await PostfixPeer.run(settings: ["message_size_limit = 5000", "mailbox_size_limit = 5000"]) { postfix in
            try await withClient(postfix.port) { client in
                let text = "Subject: Hi\r\n\r\n" + String(repeating: "x\r\n", count: 3000)
                let results = await client.send(to: "ann@example.com", text: text)
                #expect(results == [.notSent(.messageTooLarge(limit: 5000))])
            }
        }
    }

    /// A message that contains the end of a message, in every spelling that some server takes for one.
    static let smuggling = [
        "\r\n.\r\n", "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r", "\r.\n", "\r.\r\n", "\n.\r", "\r\r\n.\r\r\n",
        "\u{0}\r\n.\r\n", "\r\n\u{0}.\r\n", "\r\n.\u{0}\r\n",
    ]

    @Test(arguments: smuggling)
    func oneMessageInIsOneMessageOut(end: String) async throws {
        let text =
            "Subject: Hi\r\n\r\nHello" + end
            + "MAIL FROM:<evil@example.com>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\nSubject: Evil\r\n\r\nBoo" + end
        try await PostfixPeer.run { postfix in
            try await withClient(postfix.port) { client in
                #expect(await client.send(to: "ann@example.com", text: text).map(\.summary) == ["accepted"])
                #expect(await client.send(to: "ann@example.com").map(\.summary) == ["accepted"])
            }
            #expect(try postfix.messages() == 2)
        }
    }

    @Test(arguments: ["evil@example.com>\r\nRCPT TO:<bob@example.com", "a b@example.com", "a@example.com\n"])
    func addressThatWouldBeACommandIsNoMessageAtAll(address: String) async throws {
        try await PostfixPeer.run { postfix in
            try await withClient(postfix.port) { client in
                #expect(
                    await client.send(to: address).map(\.summary) == [
                        "notSent An address may not stand in an envelope."
                    ])
            }
            #expect(try postfix.messages() == 0)
        }
    }
}
