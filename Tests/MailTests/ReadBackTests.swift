import Foundation
import Testing

@testable import Mail

/// What we write is what somebody else's strict parser reads.
@Suite struct ReadBackTests {
    static let subjects = [
        "Hello", "Grüße aus Malmö", "日本語の件名がとても長い場合でも、折り返しは文字の途中で行われません。確認してください。もう一度。",
        "👨‍👩‍👧‍👦 family 👩🏽‍🚀 " + String(repeating: "é", count: 300), String(repeating: "word ", count: 60) + "end",
        String(repeating: "x", count: 500), "  two spaces,  kept  ", "=?utf-8?B?SGk=?= is no encoded word", "tab\there",
        "a \"quoted\" (comment) <angle>; \\ back",
    ]

    @Test(arguments: subjects)
    func subjectSurvives(subject: String) async throws {
        let bytes = try MailMessage.test { $0.subject = subject }.encoded()
        #expect(try await ReadMessage(reading: bytes).header("Subject") == [subject])
        expectProperLines(bytes)
    }

    static let texts = [
        "", "World", "one\ntwo\r\nthree\rfour\n", "Grüße\n.\n..\n.dot\nFrom here\n",
        String(repeating: "long ", count: 400),
        "trailing space \ttab\t\nnext = equals =3D\n", String(repeating: "日本語", count: 200), "\u{1F600}\n\n\n",
        "\r\n.\r\nMAIL FROM:<evil@example.com>\r\n", "--=_0123456789abcdef\n--=_0123456789abcdef--\n",
    ]

    @Test(arguments: texts)
    func textAndHTMLSurvive(text: String) async throws {
        let bytes = try MailMessage.test {
            $0.text = text
            $0.html = "<p>" + text
        }.encoded()
        let message = try await ReadMessage(reading: bytes)
        #expect(message.shape == "multipart/alternative(text/plain,text/html)")
        // A line's end is CRLF in mail; where the text ends without one, the last line gets it.
        let expected = CRLF.normalised(text).text
        #expect(message.parts.map(\.charset) == ["utf-8", "utf-8"])
        #expect(message.parts[0].text.trimmingSuffix("\r\n") == expected.trimmingSuffix("\r\n"))
        #expect(message.parts[1].text.trimmingSuffix("\r\n") == ("<p>" + expected).trimmingSuffix("\r\n"))
        expectProperLines(bytes)
    }

    @Test func headersOfAFullMessageAreTheCallersAndOurs() async throws {
        let bytes = try MailMessage.test {
            $0.from = try Mailbox(parsing: "\"Ström, Åsa\" <asa@example.com>", part: "from")
            $0.cc = [
                try Mailbox(parsing: "\"A \\\"B\\\" C\" <b@example.org>", part: "cc"),
                try Mailbox(parsing: "c@example.org", part: "cc"),
            ]
            $0.replyTo = try Mailbox(parsing: "Hjälp <help@example.com>", part: "replyTo")
            $0.listUnsubscribe = [
                try UnsubscribeURL("https://u.example.com/x?y=1"), try UnsubscribeURL("mailto:u@example.com"),
            ]
            $0.headers = [
                try CustomHeader(name: "X-Campaign", value: "Höst 2026"),
                try CustomHeader(name: "References", value: "<\(String(repeating: "a", count: 200))@example.com>"),
            ]
        }.encoded()
        let message = try await ReadMessage(reading: bytes)
        #expect(message.header("From") == ["\"Ström, Åsa\" <asa@example.com>"])
        #expect(message.header("To") == ["ann@example.org"])
        #expect(message.header("Cc") == ["\"A \\\"B\\\" C\" <b@example.org>, c@example.org"])
        #expect(message.header("Reply-To") == ["Hjälp <help@example.com>"])
        #expect(message.header("Date") == ["Sat, 31 Jan 2026 09:30:00 +0000"])
        #expect(message.header("Message-ID") == ["<0123456789abcdef@example.com>"])
        #expect(message.header("Auto-Submitted") == ["auto-generated"])
        #expect(message.header("List-Unsubscribe") == ["<https://u.example.com/x?y=1>, <mailto:u@example.com>"])
        #expect(message.header("List-Unsubscribe-Post") == ["List-Unsubscribe=One-Click"])
        #expect(message.header("X-Campaign") == ["Höst 2026"])
        #expect(message.header("References") == ["<\(String(repeating: "a", count: 200))@example.com>"])
        #expect(message.header("MIME-Version") == ["1.0"])
        #expect(message.headers.count == 15)
        expectProperLines(bytes, exceptWords: true)
    }

    @Test func oneClickIsOfferedByHTTPSOnly() async throws {
        let bytes = try MailMessage.test { $0.listUnsubscribe = [try UnsubscribeURL("mailto:u@example.com")] }.encoded()
        #expect(!bytes.text.contains("List-Unsubscribe-Post"))
    }

    @Test(arguments: [
        "report.pdf", "räksmörgås åäö.pdf", "quote\"back\\slash.txt",
        String(repeating: "long-name-", count: 20) + ".txt",
        String(repeating: "日本", count: 30) + ".pdf", "a;b=c.txt",
    ])
    func attachmentKeepsItsNameAndEveryByte(filename: String) async throws {
        let content = (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let bytes = try MailMessage.test {
            $0.attachments = [
                try Attachment(filename: filename, contentType: "application/pdf", content: content)
            ]
        }.encoded()
        let message = try await ReadMessage(reading: bytes)
        #expect(message.shape == "multipart/mixed(text/plain,application/pdf)")
        #expect(message.parts.last?.filename == filename)
        #expect(message.parts.last?.disposition == "attachment")
        #expect(message.parts.last?.content == content)
        expectProperLines(bytes)
    }

    @Test func imagesTravelWithTheHTMLAndFilesBesideIt() async throws {
        let bytes = try MailMessage.test {
            $0.html = "<img src=\"cid:logo@shop\">"
            $0.attachments = [
                try Attachment(
                    filename: "l.png", contentType: "image/png", content: [137, 80], contentId: "logo@shop"),
                try Attachment(filename: "a.txt", contentType: "text/csv", content: [1]),
            ]
        }.encoded()
        let message = try await ReadMessage(reading: bytes)
        #expect(
            message.shape
                == "multipart/mixed(multipart/alternative(text/plain,multipart/related(text/html,image/png)),text/csv)")
        #expect(message.parts[2].contentId == "<logo@shop>")
        #expect(message.parts[2].disposition == "inline")
        expectProperLines(bytes)
    }

    @Test func htmlAloneIsTheWholeMessage() async throws {
        let bytes = try MailMessage.test {
            $0.text = nil
            $0.html = "<p>Hi"
        }.encoded()
        #expect(try await ReadMessage(reading: bytes).shape == "text/html")
    }

    /// ASCII, CRLF only, and short.
    private func expectProperLines(
        _ bytes: [UInt8], exceptWords: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(bytes.allSatisfy { $0 < 0x80 }, sourceLocation: sourceLocation)
        let lines = bytes.lines
        #expect(lines.last == "", sourceLocation: sourceLocation)
        for line in lines {
            #expect(!line.contains("\r") && !line.contains("\n"), sourceLocation: sourceLocation)
            let isOneWord = exceptWords && line.hasPrefix("References: <a")
            #expect(line.utf8.count <= 76 || isOneWord, "\(line)", sourceLocation: sourceLocation)
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(unicodeScalars.dropLast(suffix.unicodeScalars.count)) : self
    }
}
