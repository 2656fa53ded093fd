import Foundation
import Mail
import Notifications
import Outbound
import Testing

@testable import Providers

@Suite struct SendGridProviderTests {
    @Test func requestIsTheDocumentedOne() async throws {
        let answer = Exchange.answer("202 Accepted", headers: ["X-Message-Id: 14c5d75ce93"])
        let exchange = try await exchange(answer, .email(DeliveryAttempt.fullEmail))
        #expect(exchange.outcome == .accepted(providerMessageId: "14c5d75ce93"))
        try await Self.strict.expectExactly(
            try exchange.request,
            changes: [
                ("POST /v3/mail/send", "POST /v3/mail/sends"), ("Bearer SG.key", "Basic SG.key"),
                ("application/json", "text/plain"), ("Accept: application/json", "Accept: text/html"),
                ("personalizations", "personalisations"), ("\"to\":[", "\"too\":["), ("\"cc\":[", "\"ccc\":["),
                ("bo@example.org", "ann@example.org"), ("asa@example.com", "asa@example.net"),
                ("Grüße", "Grusse"), ("text/plain\",\"value", "text/x\",\"value"),
                ("\"value\":\"Text\"", "\"value\":\"\""),
                ("reply_to", "replyTo"), ("\"disposition\":\"inline\"", "\"disposition\":\"attachment\""),
                ("\"content_id\":\"logo\"", "\"content_id\":\"x\""), ("aGVq", "aGVx"), ("räkning", "rakning"),
                ("List-Unsubscribe-Post", "List-Unsubscribe-Past"),
                ("<https://example.com/u?a=1>", "https://example.com"),
                ("X-Campaign", "X-Champagne"), ("custom_args", "customArgs"), ("01980000", "01980001"),
            ])
    }

    @Test func leastThatCanBeSaidIsCompleteToo() async throws {
        let request = try await exchange(Exchange.answer("202 Accepted"), .email(title: nil, body: nil)).request
        let body = try JSON(parsing: String(request.split(separator: "\r\n\r\n").last ?? ""))
        #expect(body["subject"] == "(no subject)")
        #expect(body["content"] == [["type": "text/plain", "value": " "]])
        #expect(body["from"] == ["email": "no-reply@example.com", "name": "Belfry"])
        #expect(body["attachments"] == nil && body["reply_to"] == nil)
    }

    @Test(arguments: [
        ("400 Bad Request", "rejected rejected"), ("401 Unauthorized", "authentication authentication"),
        ("403 Forbidden", "authentication authentication"), ("404 Not Found", "authentication authentication"),
        ("405 Method Not Allowed", "rejected rejected"), ("406 Not Acceptable", "rejected rejected"),
        ("413 Payload Too Large", "rejected rejected"), ("415 Unsupported Media Type", "rejected rejected"),
        ("429 Too Many Requests", "throttled 60 throttled"), ("500 Internal Server Error", "retry - serverError"),
        ("502 Bad Gateway", "retry - serverError"), ("503 Service Unavailable", "retry - unavailable"),
    ])
    func errorComesToItsOutcome(status: String, outcome: String) async throws {
        let answer = Exchange.answer(status, #"{"errors":[{"message":"…","field":"personalizations.0","help":null}]}"#)
        #expect(try await exchange(answer, .email()).outcome.summary == outcome)
    }

    @Test(arguments: [
        (["X-RateLimit-Limit: 500", "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 1769851890"], 30),
        (["X-RateLimit-Reset: 1769851890", "Retry-After: 7"], 7), (["X-RateLimit-Reset: 1769851800"], 0),
        (["X-RateLimit-Reset: 1e300"], 900), (["X-RateLimit-Reset: -1e300"], 0), (["X-RateLimit-Reset: soon"], 60),
    ])
    func waitIsUntilTheLimitIsReset(headers: [String], seconds: Int) async throws {
        let answer = Exchange.answer("429 Too Many Requests", headers: headers)
        #expect(try await exchange(answer, .email()).outcome.summary == "throttled \(seconds) throttled")
    }

    @Test func senderThatIsRefusedIsTheFaultOfWhoChoseIt() async throws {
        let answer = Exchange.answer("403 Forbidden", #"{"errors":[{"message":"…","field":"from","help":null}]}"#)
        #expect(try await exchange(answer, .email()).outcome.summary == "authentication authentication")
        let chosen = try DeliveryAttempt.email(#"{"from":"me@example.net"}"#)
        #expect(try await exchange(answer, chosen).outcome.summary == "rejected from")
    }

    private func exchange(_ answer: String, _ attempt: DeliveryAttempt) async throws -> Exchange {
        try await Exchange(attempt, answers: [answer]) { outbound, url in
            let from = try Mailbox(parsing: "Belfry <no-reply@example.com>", part: "from")
            let configuration = SendGridConfiguration(apiKey: Secret("SG.key"), from: from, url: url)
            return SendGridProvider(
                configuration: configuration, outbound: outbound, now: { Date(timeIntervalSince1970: 1_769_851_860) })
        }
    }

    private static let strict = StrictPeer(
        #"""
        def person(value, address, *name):
            members(value, ["email"], ["name"])
            need(list(value.values()) == [address, *name], f"person {value}")

        def check(request):
            request.asks("POST", "/v3/mail/send")
            request.has("authorization", "Bearer SG.key")
            request.has("accept", "application/json")
            body = members(request.json(), ["personalizations", "from", "subject", "content", "headers", "custom_args",
                "reply_to", "attachments"])
            [envelope] = body["personalizations"]
            members(envelope, ["to", "cc", "bcc"])
            seen = [to["email"] for list in envelope.values() for to in list]
            need(len(seen) == len(set(seen)), "twice")
            [to], [cc], [bcc] = envelope["to"], envelope["cc"], envelope["bcc"]
            person(to, "ann@example.org"), person(cc, "cy@example.org", "Cy"), person(bcc, "bo@example.org")
            person(body["from"], "asa@example.com", "Åsa")
            person(body["reply_to"], "help@example.com", "Help")
            need(body["subject"] == "Grüße", "subject")
            need([(part["type"], part["value"]) for part in body["content"]] ==
                [("text/plain", "Text"), ("text/html", "<p>Grüße <img src='cid:logo'>")], "content")
            file, image = body["attachments"]
            members(file, ["content", "filename", "type", "disposition"])
            members(image, ["content", "filename", "type", "disposition", "content_id"])
            need((file["filename"], base64.b64decode(file["content"], validate=True), file["disposition"]) ==
                ("räkning.txt", b"hej", "attachment"), "file")
            need((image["content_id"], image["disposition"], image["type"]) == ("logo", "inline", "image/png"), "image")
            for name, value in body["headers"].items():
                need(value.isascii() and "\n" not in value, "header")
                need(name.lower() not in ("x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type",
                    "content-transfer-encoding", "to", "from", "subject", "reply-to", "cc", "bcc"), name)
            need(body["headers"]["List-Unsubscribe"] == "<https://example.com/u?a=1>, <mailto:u@example.com>", "list")
            need(body["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", "one click")
            need(body["headers"]["X-Plain"] == "1" and body["headers"]["X-Campaign"].startswith("=?utf-8?"), "own")
            need(body["custom_args"] == {"belfry_reference": "01980000-0000-7000-8000-000000000001:email:email:1"}, "reference")
        """#)
}
