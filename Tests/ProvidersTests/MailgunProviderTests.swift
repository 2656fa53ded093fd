import Foundation
import Mail
import Notifications
import Outbound
import Testing

@testable import Providers

@Suite struct MailgunProviderTests {
    @Test func requestIsTheDocumentedOne() async throws {
        let answer = Exchange.answer("200 OK", #"{"id":"<1@mg.example.com>","message":"Queued. Thank you."}"#)
        let exchange = try await exchange(answer, .email(DeliveryAttempt.fullEmail))
        #expect(exchange.outcome == .accepted(providerMessageId: "<1@mg.example.com>"))
        try await Self.strict.expectExactly(
            try exchange.request,
            changes: [
                ("POST /v3/mg.example.com/messages", "POST /v3/mg.example.com/message"), ("Basic ", "Bearer "),
                ("multipart/form-data", "multipart/mixed"), ("name=\"to\"", "name=\"too\""),
                ("name=\"from\"", "name=\"sender\""), ("bo@example.org", "bo@example.net"),
                ("asa@example.com", "asa@example.net"), ("Grüße", "Grusse"), ("name=\"text\"", "name=\"txt\""),
                ("name=\"html\"", "name=\"htm\""), ("h:Reply-To", "h:Reply"), ("h:List-Unsubscribe-Post", "h:List"),
                ("h:X-Campaign", "X-Campaign"), ("h:Message-Id", "h:Id"), ("v:belfry_reference", "v:reference"),
                ("filename=\"räkning.txt\"", "filename=\"x\""), ("name=\"inline\"", "name=\"attachment\""),
                ("filename=\"logo\"", "filename=\"logo.png\""), ("hej", "hex"),
            ])
    }

    @Test func leastThatCanBeSaidIsCompleteToo() async throws {
        let request = try await exchange(Exchange.answer("200 OK"), .email(title: nil, body: nil)).request
        #expect(request.contains("name=\"text\"\r\n\r\n \r\n"))
        #expect(!request.contains("name=\"html\"") && !request.contains("name=\"cc\""))
    }

    @Test func nameOfAMemberOrFileEndsNoHeader() {
        var form = MultipartForm(boundary: "b")
        form.add("a\"b", filename: "x\"\r\ny\nz\r.txt", contentType: "text/plain", content: [104, 105])
        form.add("c", "d")
        #expect(
            String(decoding: form.body, as: UTF8.self)
                == "--b\r\nContent-Disposition: form-data; name=\"a%22b\"; filename=\"x%22%0D%0Ay%0Az%0D.txt\"\r\n"
                + "Content-Type: text/plain\r\n\r\nhi\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"c\"\r\n\r\nd\r\n--b--\r\n")
    }

    @Test(arguments: [
        ("400 Bad Request", "rejected rejected"), ("401 Unauthorized", "authentication authentication"),
        ("402 Payment Required", "authentication authentication"), ("403 Forbidden", "authentication authentication"),
        ("404 Not Found", "authentication authentication"), ("413 Payload Too Large", "rejected rejected"),
        ("429 Too Many Requests", "throttled 60 throttled"), ("500 Internal Server Error", "retry - serverError"),
        ("502 Bad Gateway", "unknown serverError"), ("503 Service Unavailable", "retry - unavailable"),
    ])
    func errorComesToItsOutcome(status: String, outcome: String) async throws {
        let answer = Exchange.answer(status, #"{"message":"…"}"#)
        #expect(try await exchange(answer, .email()).outcome.summary == outcome)
    }

    private func exchange(_ answer: String, _ attempt: DeliveryAttempt) async throws -> Exchange {
        try await Exchange(attempt, answers: [answer]) { outbound, url in
            let from = try Mailbox(parsing: "Belfry <no-reply@example.com>", part: "from")
            return MailgunProvider(
                configuration: MailgunConfiguration(
                    apiKey: Secret("key-1"), domain: "mg.example.com", from: from, url: url), outbound: outbound)
        }
    }

    private static let strict = StrictPeer(
        #"""
        import email, email.policy, email.utils
        def check(request):
            request.asks("POST", "/v3/mg.example.com/messages")
            request.basic("api", "key-1")
            form = email.message_from_bytes(
                f"Content-Type: {request.headers['content-type']}\r\n\r\n{request.body}".encode(), policy=email.policy.HTTP)
            need(form.get_content_type() == "multipart/form-data" and not form.defects, "form")
            fields, files = {}, {}
            for part in form.iter_parts():
                need(not part.defects and part.get_content_disposition() == "form-data", "part")
                name = part.get_param("name", header="content-disposition")
                content = part.get_payload(decode=True)
                if part.get_filename(): files[name] = (part.get_filename(), part.get_content_type(), content)
                else:
                    need(name not in fields, f"{name} twice")
                    fields[name] = content.decode()
            def addresses(name): return [address for _, address in email.utils.getaddresses([fields[name]])]
            need(addresses("from") == ["asa@example.com"] and fields["from"].isascii(), "from")
            need(addresses("to") == ["ann@example.org"], "to")
            need(addresses("cc") == ["cy@example.org", "ann@example.org"], "cc")
            need(addresses("bcc") == ["bo@example.org"], "bcc")
            need(fields["subject"] == "Grüße" and fields["text"] == "Text", "text")
            need(fields["html"] == "<p>Grüße <img src='cid:logo'>", "html")
            need(addresses("h:Reply-To") == ["help@example.com"], "reply-to")
            need(re.fullmatch(r"<[0-9a-f]{32}@example\.com>", fields["h:Message-Id"]), "id")
            need(fields["h:List-Unsubscribe"] == "<https://example.com/u?a=1>, <mailto:u@example.com>", "list")
            need(fields["h:List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", "one click")
            need(fields["h:X-Plain"] == "1" and fields["h:X-Campaign"].startswith("=?utf-8?"), "own")
            need(fields["v:belfry_reference"] == "01980000-0000-7000-8000-000000000001:email:email:1", "reference")
            need(sum(len(name) + len(value) for name, value in fields.items() if name[1] == ":") <= 16384, "size")
            need(files["attachment"] == ("räkning.txt", "text/plain", b"hej"), "file")
            need(files["inline"][:2] == ("logo", "image/png"), "image")
        """#)
}
