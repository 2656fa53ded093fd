import Foundation
import Mail
import Notifications
import SMTP
import TestSupport
import Testing

@testable import Providers

@Suite struct SMTPProviderTests {
    private static let ok = LoopbackServer.Reply.text("250 2.0.0 Ok\r\n")

    @Test func titleAndBodyAreSubjectAndText() async throws {
        let message = try await sent(Message(type: .transactional, priority: .medium, title: "Hello", body: "World"))
        #expect(message.contains("\r\nSubject: Hello\r\n"))
        #expect(message.contains("\r\nFrom: \"Belfry\" <no-reply@example.com>\r\n"))
        #expect(message.contains("\r\nTo: <ann@example.org>\r\n"))
        #expect(message.contains("\r\nAuto-Submitted: auto-generated\r\n"))
        #expect(message.hasPrefix("Date: Sat, 31 Jan 2026 09:31:00 +0000\r\n"))
        #expect(message.hasSuffix("\r\n\r\nWorld\r\n.\r\n"))
    }

    @Test func overridesSayTheRestAndNobodySeesBcc() async throws {
        let overrides = try JSON(
            parsing: """
                {"subject":"Order","html":"<p>","from":"Shop <shop@example.com>","replyTo":"help@example.com",
                 "cc":["c@example.org"],"bcc":["secret@example.org"],"headers":{"X-A":"1"},
                 "listUnsubscribe":["https://example.com/u"]}
                """
        ).object
        let message = try await sent(
            Message(type: .marketing, priority: .low, title: "T", body: "B", overrides: overrides))
        for line in [
            "Subject: Order", "From: \"Shop\" <shop@example.com>", "Reply-To: <help@example.com>",
            "Cc: <c@example.org>", "X-A: 1", "List-Unsubscribe: <https://example.com/u>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        ] { #expect(message.contains("\r\n\(line)\r\n"), "\(line)") }
        #expect(!message.contains("secret"))
    }

    @Test func messageIdIsTheSameOverAttemptsAndNewForEveryRound() async throws {
        try await LoopbackServer.run(framing: SMTPFraming(), reply: { _ in Self.ok }) { server in
            let provider = try provider(server.port)
            var outcomes: [DeliveryOutcome] = []
            for (number, round) in [(1, 1), (2, 1), (1, 2)] {
                outcomes.append(await provider.deliver(attempt(.test, number: number, round: round)))
            }
            await provider.shutdown()
            let ids = server.requests.map { request in
                request.split(separator: "\r\n").first { $0.hasPrefix("Message-ID: <") }.map {
                    String($0.dropFirst(13).dropLast())
                }
            }
            #expect(ids[0] == ids[1])
            #expect(ids[0] != ids[2])
            #expect(outcomes == ids.map { .accepted(providerMessageId: $0) })
            #expect(ids[0]?.hasSuffix("@example.com") == true)
        }
    }

    @Test(arguments: [
        (#"{"subject":"a\r\nBcc: x@example.com"}"#, "content"), (#"{"headers":{"Bcc":"x@example.com"}}"#, "content"),
        (#"{"cc":["a@example.com>\r\nRCPT TO:<b@example.com"]}"#, "content"),
    ])
    func attackIsNoMessageAtAll(overrides: String, code: String) async throws {
        try await LoopbackServer.run(framing: SMTPFraming(), reply: { _ in Self.ok }) { server in
            let message = Message(
                type: .alert, priority: .medium, title: "T", body: "B", overrides: try JSON(parsing: overrides).object)
            let outcome = try await provider(server.port).deliver(attempt(message))
            #expect(outcome.name == "rejected")
            #expect(outcome.failure?.code == code)
            #expect(server.requests.isEmpty)
        }
    }

    @Test(arguments: [
        ("Hi\r\nBcc: x@example.com", "ann@example.org", "controlCharacter"),
        ("Hi", "ann@bücher.example", "invalidAddress"),
        ("Hi", "a,b@example.org", "invalidAddress"), ("Hi", "a@b@example.org", "invalidAddress"),
    ])
    func titleAndAddressAreCheckedToo(title: String, address: String, code: String) async throws {
        try await LoopbackServer.run(framing: SMTPFraming(), reply: { _ in Self.ok }) { server in
            let message = Message(type: .alert, priority: .medium, title: title, body: "B")
            let outcome = try await provider(server.port).deliver(attempt(message, to: address))
            #expect(outcome.name == "rejected")
            #expect(outcome.failure?.code == code)
            #expect(outcome.failure?.detail.contains(address) == false)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func addressOfAnotherKindIsRejected() async throws {
        let outcome = try await provider(9).deliver(.test(route: .email))
        #expect(outcome == .rejected(.wrongAddress))
    }

    /// What the server gets of a message for `ann@example.org`.
    private func sent(_ message: Message) async throws -> String {
        try await LoopbackServer.run(framing: SMTPFraming(), reply: { _ in Self.ok }) { server in
            let provider = try provider(server.port)
            #expect(await provider.deliver(attempt(message)).name == "accepted")
            await provider.shutdown()
            return try #require(server.requests.first)
        }
    }

    private func provider(_ port: Int) throws -> SMTPProvider {
        let server = try SMTPConfiguration(url: "smtp+clear://127.0.0.1:\(port)")
        let from = try Mailbox(parsing: "Belfry <no-reply@example.com>", part: "from")
        return try SMTPProvider(
            configuration: SMTPProviderConfiguration(server: server, from: from), logger: .silent,
            now: { Date(timeIntervalSince1970: 1_769_851_860) })
    }

    private func attempt(
        _ message: Message, to address: String = "ann@example.org", number: Int = 1, round: Int = 1
    ) -> DeliveryAttempt {
        let target = Target(id: "email", address: .email(address))
        return .test(route: .email, target: target, message: message, number: number, round: round)
    }
}
