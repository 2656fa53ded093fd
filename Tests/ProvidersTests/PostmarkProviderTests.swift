import Foundation
import Mail
import Notifications
import Outbound
import Testing

@testable import Providers

extension ProviderSubject {
    static let postmark = account("postmark", .email, .email("\(canary)@example.com")) { outbound, url in
        let from = try Mailbox(parsing: "no-reply@example.com", part: "from")
        return PostmarkProvider(
            configuration: .init(token: Secret(canary), from: from, stream: "outbound", url: url), outbound: outbound)
    }
}

@Suite struct PostmarkProviderTests {
    @Test func requestIsTheDocumentedOne() async throws {
        let exchange = try await exchange(Self.accepting(), .email(DeliveryAttempt.fullEmail))
        #expect(exchange.outcome == .accepted(providerMessageId: "b7bc2f4a"))
        try await Self.strict.expectExactly(
            try exchange.request,
            changes: [
                ("POST /email", "POST /emails"), ("X-Postmark-Server-Token: key", "X-Postmark-Server-Token: kay"),
                ("application/json", "text/plain"), ("Accept: application/json", "Accept: text/html"),
                (#""To":"#, #""to":"#), (#""Cc":"#, #""CC":"#), ("bo@example.org", "b@example.org"),
                ("asa@example.com", "asa@example.net"), ("Grüße", "Grusse"), (#""TextBody":"Text""#, #""TextBody":"""#),
                ("HtmlBody", "HTMLBody"), ("ReplyTo", "Reply_To"), ("cid:logo\"", "logo\""), ("aGVq", "aGVx"),
                ("räkning", "rakning"), ("List-Unsubscribe-Post", "List-Unsubscribe-Past"),
                ("X-PM-KeepID", "X-PM-KeepId"), ("X-Campaign", "X-Champagne"), ("Metadata", "metadata"),
                ("01980000-0000-7000-8000-000000000001:", "01980001"), ("transactional", "outbound"),
            ])
    }

    @Test func leastThatCanBeSaidIsCompleteToo() async throws {
        let request = try await exchange(Self.accepting(), .email(title: nil, body: nil)).request
        let body = try JSON(parsing: String(request.split(separator: "\r\n\r\n").last ?? ""))
        #expect(body["TextBody"] == " " && body["HtmlBody"] == nil && body["Subject"] == "")
        #expect(body["From"] == #""Belfry \"1\"" <no-reply@example.com>"#)
        #expect(body["Attachments"] == nil && body["ReplyTo"] == nil && body["Cc"] == nil)
    }

    @Test(arguments: [
        ("401 Unauthorized", 10, "authentication 10"), ("422 Unprocessable Content", 10, "authentication 10"),
        ("422 Unprocessable Content", 100, "retry - 100"), ("422 Unprocessable Content", 300, "rejected 300"),
        ("422 Unprocessable Content", 400, "authentication 400"),
        ("422 Unprocessable Content", 406, "invalidRecipient 406"),
        ("422 Unprocessable Content", 411, "rejected 411"), ("422 Unprocessable Content", 412, "authentication 412"),
        ("422 Unprocessable Content", 1109, "rejected rejected"),
        ("422 Unprocessable Content", 1235, "authentication 1235"),
        ("200 OK", 300, "rejected 300"), ("200 OK", 1500, "rejected 1500"),
        ("429 Too Many Requests", 429, "throttled 60 throttled"),
        ("500 Internal Server Error", 0, "unknown serverError"),
    ])
    func errorComesToItsOutcome(status: String, code: Int, outcome: String) async throws {
        let answer = Exchange.answer(status, #"{"ErrorCode":\#(code),"Message":"…"}"#)
        #expect(try await exchange(answer, .email()).outcome.summary == outcome)
    }

    /// Who once bounced is left out while the others get it.
    @Test(arguments: [("Ann@example.org", "invalidRecipient 406"), ("cy@example.org", "accepted")])
    func recipientWhoIsInactiveIsToldFromTheOthers(address: String, outcome: String) async throws {
        let message = "Message OK, but will not deliver to these inactive addresses: bo@example.org, \(address)."
        for end in ["", " Inactive recipients are ones that have generated a hard bounce or a spam complaint."] {
            let exchange = try await exchange(Self.accepting(message + end), .email(DeliveryAttempt.fullEmail))
            #expect(exchange.outcome.summary == outcome)
        }
    }

    @Test func senderThatIsRefusedIsTheFaultOfWhoChoseIt() async throws {
        let answer = Exchange.answer("422 Unprocessable Content", #"{"ErrorCode":400,"Message":"…"}"#)
        let chosen = try DeliveryAttempt.email(#"{"from":"me@example.net"}"#)
        #expect(try await exchange(answer, chosen).outcome.summary == "rejected from")
    }

    private static func accepting(_ message: String = "OK") -> String {
        Exchange.answer("200 OK", #"{"To":"x","MessageID":"b7bc2f4a","ErrorCode":0,"Message":"\#(message)"}"#)
    }

    private func exchange(_ answer: String, _ attempt: DeliveryAttempt) async throws -> Exchange {
        try await Exchange(attempt, answers: [answer]) { outbound, url in
            let from = try Mailbox(parsing: #""Belfry \"1\"" <no-reply@example.com>"#, part: "from")
            return PostmarkProvider(
                configuration: .init(token: Secret("key"), from: from, stream: "transactional", url: url),
                outbound: outbound, now: { Date(timeIntervalSince1970: 1_769_851_860) })
        }
    }

    private static let strict = StrictPeer(
        #"""
        def check(request):
            request.asks("POST", "/email")
            request.has("x-postmark-server-token", "key")
            request.has("accept", "application/json")
            body = members(request.json(), ["From", "To", "Cc", "Bcc", "ReplyTo", "Subject", "TextBody", "HtmlBody",
                "MessageStream", "Headers", "Metadata", "Attachments"])
            need((body["From"], body["To"], body["Cc"], body["Bcc"]) == ('"Åsa" <asa@example.com>', "ann@example.org",
                '"Cy" <cy@example.org>, ann@example.org', "bo@example.org"), "people")
            need(body["ReplyTo"] == '"Help" <help@example.com>' and body["Subject"] == "Grüße", "reply, subject")
            need((body["TextBody"], body["HtmlBody"]) == ("Text", "<p>Grüße <img src='cid:logo'>"), "content")
            need(body["MessageStream"] == "transactional", "stream")
            need(body["Metadata"] == {"belfry_reference": "01980000-0000-7000-8000-000000000001:email:email:1"}, "reference")
            need(all(len(name) <= 20 and len(value) <= 80 for name, value in body["Metadata"].items()), "metadata")
            file, image = body["Attachments"]
            members(file, ["Name", "Content", "ContentType"])
            members(image, ["Name", "Content", "ContentType", "ContentID"])
            need((file["Name"], base64.b64decode(file["Content"], validate=True)) == ("räkning.txt", b"hej"), "file")
            need((image["ContentID"], image["ContentType"]) == ("cid:logo", "image/png"), "image")
            headers = {}
            for header in body["Headers"]:
                members(header, ["Name", "Value"])
                need(header["Value"].isascii() and "\n" not in header["Value"], "header")
                headers[header["Name"]] = header["Value"]
            need(headers["X-PM-KeepID"] == "true" and headers["Message-ID"].endswith("@example.com>"), "id")
            need(headers["List-Unsubscribe"] == "<https://example.com/u?a=1>, <mailto:u@example.com>", "list")
            need(headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", "one click")
            need(headers["X-Plain"] == "1" and headers["X-Campaign"].startswith("=?utf-8?"), "own")
        """#)
}
