import Foundation
import Notifications
import Outbound
import Testing

@testable import Providers

@Suite struct VonageProviderTests {
    @Test func requestIsTheDocumentedOne() async throws {
        let answer = Exchange.answer("202 Accepted", #"{"message_uuid":"aaaaaaaa-bbbb"}"#)
        let exchange = try await exchange(answer, .sms("Grüße 😀"))
        #expect(exchange.outcome == .accepted(providerMessageId: "aaaaaaaa-bbbb"))
        try await Self.strict.expectExactly(
            try exchange.request,
            changes: [
                ("POST /v1/messages", "POST /v0.1/messages"), ("Basic ", "Bearer "), ("application/json", "text/json"),
                ("\"message_type\":\"text\"", "\"message_type\":\"image\""), ("\"sms\"", "\"mms\""),
                ("\"46701234567\"", "\"+46701234567\""), ("\"from\":\"Shop\"", "\"from\":\"A much too long one\""),
                ("\"text\":\"Gr", "\"body\":\"Gr"), ("client_ref", "client-ref"), (":sms:sms:1", ":sms:sms:2"),
            ])
    }

    @Test(arguments: [
        ("401 Unauthorized", "Unauthorized", "authentication authentication"),
        ("402 Payment Required", "Low balance", "authentication authentication"),
        ("403 Forbidden", "Forbidden", "authentication authentication"),
        ("422 Unprocessable Entity", "Invalid params", "rejected rejected"),
        ("429 Too Many Requests", "Rate limit", "throttled 1 throttled"),
        ("500 Internal Server Error", "Internal error", "retry - serverError"),
        ("422 Unprocessable Entity", "1040", "invalidRecipient 1040"),
        ("422 Unprocessable Entity", "1120", "authentication 1120"),
        ("422 Unprocessable Entity", "1090", "rejected 1090"), ("429 Too Many Requests", "1000", "throttled 1 1000"),
        ("500 Internal Server Error", "1030", "retry - 1030"),
    ])
    func errorComesToItsOutcome(status: String, title: String, outcome: String) async throws {
        let answer = Exchange.answer(
            status, #"{"type":"https://developer.vonage.com/api-errors","title":"\#(title)","detail":"…"}"#)
        #expect(try await exchange(answer, .sms("Hi")).outcome.summary == outcome)
    }

    private func exchange(_ answer: String, _ attempt: DeliveryAttempt) async throws -> Exchange {
        try await Exchange(attempt, answers: [answer]) { outbound, url in
            VonageProvider(
                configuration: VonageConfiguration(apiKey: "key", apiSecret: Secret("s"), sender: "Shop", url: url),
                outbound: outbound)
        }
    }

    private static let strict = StrictPeer(
        #"""
        def check(request):
            request.asks("POST", "/v1/messages")
            request.basic("key", "s")
            body = members(request.json(), ["message_type", "channel", "to", "from", "text"], ["client_ref"])
            need((body["message_type"], body["channel"]) == ("text", "sms"), "kind")
            need(body["to"] == "46701234567", "to")
            need(re.fullmatch(r"\d{7,15}|[A-Za-z0-9 ]{1,11}", body["from"]), "from")
            need(body["text"] == "Grüße 😀", "text")
            need(body["client_ref"] == "01980000-0000-7000-8000-000000000001:sms:sms:1", "reference")
            need(len(body["client_ref"]) <= 100, "length")
        """#)
}
