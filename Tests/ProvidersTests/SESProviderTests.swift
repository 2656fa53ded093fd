import Foundation
import Mail
import Notifications
import Outbound
import TestSupport
import Testing

@testable import Providers

@Suite struct SESProviderTests {
    /// A signature is good for minutes, so the time is the real one.
    @Test(.timeLimit(.minutes(2))) func motoChecksTheSignatureAndTakesTheMessage() async throws {
        try await MotoServer.run { moto in
            try await withOutbound { outbound in
                let provider = try provider(outbound, moto.url, moto.accessKeyId, moto.secretAccessKey)
                let outcome = try await provider.deliver(
                    .email(
                        """
                        {"html":"<p>Grüße","cc":["Cy <cy@example.org>"],"bcc":["bo@example.org"],"headers":{"X-A":"1"}}
                        """))
                let message = try #require(try await moto.messages(1).first)
                #expect(outcome == .accepted(providerMessageId: message["id"]?.string))
                // Behind them moto lists those of the headers once more.
                let everybody: [JSON] = ["ann@example.org", "cy@example.org", "bo@example.org"]
                #expect(message["destinations"]?.array?.prefix(3) == everybody[...])
                #expect(message["source"] == "\"Belfry\" <no-reply@example.com>")
                let bytes = try #require(message["raw_data"]?.string)
                for line in ["Subject: Hello", "Cc: \"Cy\" <cy@example.org>", "X-A: 1", "To: <ann@example.org>"] {
                    #expect(bytes.contains("\r\n\(line)\r\n"), "\(line)")
                }
                #expect(!bytes.contains("bo@example.org"))

                let stranger = try self.provider(outbound, moto.url, moto.accessKeyId, "wrong")
                #expect(try await stranger.deliver(.email()).name == "authentication")
                #expect(try await moto.messages(1).count == 1)
            }
        }
    }

    @Test func requestIsTheDocumentedOne() async throws {
        let exchange = try await exchange(Exchange.answer("200 OK", #"{"MessageId":"0110-x"}"#), Self.full())
        #expect(exchange.outcome == .accepted(providerMessageId: "0110-x"))
        try await Self.strict.expectExactly(
            try exchange.request,
            changes: [
                ("POST /v2/email/outbound-emails", "POST /v2/email/outbound-email"), ("POST ", "PUT "),
                ("/eu-north-1/ses/", "/eu-north-1/sesv2/"), ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"),
                ("X-Amz-Date", "X-Date"), ("content-type;host;x-amz-date", "content-type;x-amz-date"),
                ("application/json", "text/plain"), ("FromEmailAddress", "From"), ("ToAddresses", "To"),
                ("\"Raw\"", "\"Plain\""), ("\"Data\":\"", "\"Data\":\"!"), ("\"reference\"", "\"a reference\""),
                ("asa@example.com", "asa@example.net"), ("bo@example.org", "bo@example.net"), ("\"events\"", "\"\""),
            ])
    }

    /// It stands in a header with more behind it, or in the body with more before it.
    @Test(arguments: [
        ("429 Too Many Requests", "TooManyRequestsException", "throttled 1"),
        ("400 Bad Request", "LimitExceededException", "throttled 900"),
        ("400 Bad Request", "AccountSuspendedException", "authentication"),
        ("400 Bad Request", "SendingPausedException", "authentication"),
        ("400 Bad Request", "MailFromDomainNotVerifiedException", "authentication"),
        ("400 Bad Request", "MessageRejected", "rejected"), ("404 Not Found", "NotFoundException", "authentication"),
        ("400 Bad Request", "BadRequestException", "rejected"),
        ("403 Forbidden", "SignatureDoesNotMatch", "authentication"),
        ("403 Forbidden", "InvalidSignatureException", "authentication"),
        ("400 Bad Request", "UnrecognizedClientException", "authentication"),
        ("400 Bad Request", "RequestExpired", "authentication"),
        ("403 Forbidden", "AccessDeniedException", "authentication"),
        ("500 Internal Server Error", "InternalServiceErrorException", "retry -"),
    ])
    func errorComesToItsOutcome(status: String, name: String, outcome: String) async throws {
        let header = Exchange.answer(
            status, "{}", headers: ["x-amzn-ErrorType: \(name):http://internal.amazon.com/coral/"])
        let body = Exchange.answer(status, #"{"__type":"com.amazonaws.sesv2#\#(name)"}"#)
        for answer in [header, body] {
            #expect(try await exchange(answer, .email()).outcome.summary == "\(outcome) \(name)")
        }
    }

    @Test func senderThatIsNotVerifiedIsTheFaultOfWhoChoseIt() async throws {
        let answer = Exchange.answer(
            "400 Bad Request", #"{"message":"Email address is not verified. The following …"}"#,
            headers: ["x-amzn-ErrorType: MessageRejected"])
        #expect(try await exchange(answer, .email()).outcome.name == "authentication")
        #expect(try await exchange(answer, .email(#"{"from":"me@example.net"}"#)).outcome.name == "rejected")
    }

    @Test func whatAHeaderMustNotCarryIsNotSent() async throws {
        let exchange = try await exchange(
            Exchange.answer("200 OK"), .email(title: "Hi\r\nBcc: x@example.com"))
        #expect(exchange.outcome.name == "rejected")
        #expect(exchange.outcome.failure?.code == "controlCharacter")
        #expect(exchange.requests.isEmpty)
    }

    private static func full() throws -> DeliveryAttempt { try .email(DeliveryAttempt.fullEmail) }

    private func exchange(_ answer: String, _ attempt: DeliveryAttempt) async throws -> Exchange {
        try await Exchange(attempt, answers: [answer]) { outbound, url in
            try provider(outbound, url, "AKIDEXAMPLE", "secret", set: "events")
        }
    }

    private func provider(
        _ outbound: OutboundClient, _ url: ServiceURL, _ keyId: String, _ key: String, set: String? = nil
    ) throws -> SESProvider {
        let account = AWSAccount(region: "eu-north-1", accessKeyId: keyId, secretAccessKey: Secret(key))
        let from = try Mailbox(parsing: "Belfry <no-reply@example.com>", part: "from")
        return SESProvider(
            configuration: SESConfiguration(account: account, from: from, configurationSet: set, url: url),
            outbound: outbound)
    }

    private static let strict = StrictPeer(
        #"""
        import email, email.policy
        def check(request):
            request.asks("POST", "/v2/email/outbound-emails")
            need(re.fullmatch(r"\d{8}T\d{6}Z", request.headers["x-amz-date"]), "date")
            need(re.fullmatch(r"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\d{8}/eu-north-1/ses/aws4_request, "
                r"SignedHeaders=content-type;host;x-amz-date, Signature=[0-9a-f]{64}",
                request.headers["authorization"]), "authorization")
            body = members(request.json(),
                ["FromEmailAddress", "Destination", "Content", "EmailTags", "ConfigurationSetName"])
            members(body["Destination"], ["ToAddresses", "CcAddresses", "BccAddresses"])
            need(body["Destination"] == {"ToAddresses": ["ann@example.org"],
                "CcAddresses": ["cy@example.org", "ann@example.org"], "BccAddresses": ["bo@example.org"]}, "to")
            members(body["Content"], ["Raw"])
            raw = base64.b64decode(members(body["Content"]["Raw"], ["Data"])["Data"], validate=True)
            message = email.message_from_bytes(raw, policy=email.policy.strict)
            need(message["From"].addresses[0].addr_spec == "asa@example.com", "from")
            need(body["FromEmailAddress"].endswith("<asa@example.com>") and body["FromEmailAddress"].isascii(), "from")
            need(body["ConfigurationSetName"] == "events", "set")
            for tag in body["EmailTags"]:
                members(tag, ["Name", "Value"])
                need(all(re.fullmatch(r"[A-Za-z0-9_-]{1,256}", tag[name]) for name in tag), "tag")
        """#)
}
