import Foundation
import Notifications
import Outbound
import Testing

@testable import Providers

@Suite struct WhatsAppProviderTests {
    private static let taken = Exchange.answer(
        "200 OK",
        #"{"messaging_product":"whatsapp","contacts":[{"input":"46","wa_id":"46"}],"messages":[{"id":"wamid.HBg="}]}"#)

    @Test func textIsTheDocumentedRequest() async throws {
        let exchange = try await exchange(Self.taken, .chat(.whatsApp, "+46701234567"))
        #expect(exchange.outcome == .accepted(providerMessageId: "wamid.HBg="))
        try await Self.strict.expectExactly(
            try exchange.request,
            changes: [
                ("POST /1055/messages", "POST /1055/message"), ("Bearer EAA", "Bearer EAB"),
                ("application/json", "text/plain"), ("messaging_product", "product"), ("\"individual\"", "\"group\""),
                ("\"46701234567\"", "\"+46701234567\""), ("\"type\":\"text\"", "\"type\":\"template\""),
                ("{\"body\":", "{\"text\":"), ("biz_opaque_callback_data", "data"), (":1\"", ":2\""),
            ])
    }

    @Test func templateTakesThePlaceOfText() async throws {
        let overrides = #"""
            {"whatsapp":{"template":{"name":"shipped","language":{"code":"sv"}},"to":"4670","biz_opaque_callback_data":"x"}}
            """#
        let request = try await exchange(Self.taken, .chat(.whatsApp, "+46701234567", overrides: overrides)).request
        let body = try JSON(parsing: String(request.split(separator: "\r\n\r\n").last ?? ""))
        #expect(
            body == [
                "messaging_product": "whatsapp", "recipient_type": "individual", "to": "46701234567",
                "type": "template", "template": ["name": "shipped", "language": ["code": "sv"]],
                "biz_opaque_callback_data": "01980000-0000-7000-8000-000000000001:chat.whatsapp:chat:1",
            ])
    }

    @Test(arguments: [
        (401, 190, "authentication"), (400, 10, "authentication"), (403, 200, "authentication"),
        (403, 299, "authentication"), (500, 131000, "retry -"), (503, 131016, "retry -"), (400, 4, "throttled 60"),
        (429, 130429, "throttled 60"), (429, 131048, "throttled 60"), (400, 131056, "retry 4"),
        (400, 131049, "rejected"),
        (400, 131026, "invalidRecipient"), (400, 131030, "invalidRecipient"), (400, 131047, "rejected"),
        (400, 131050, "rejected"), (404, 132001, "rejected"), (400, 100, "rejected"), (400, 368, "authentication"),
    ])
    func errorComesToItsOutcome(status: Int, code: Int, outcome: String) async throws {
        let answer = Exchange.answer("\(status) Error", #"{"error":{"message":"…","code":\#(code),"fbtrace_id":"A"}}"#)
        #expect(try await exchange(answer, .chat(.whatsApp, "+4670")).outcome.summary == "\(outcome) \(code)")
    }

    @Test func waitForOneRecipientGrowsWithTheAttempts() async throws {
        var attempt = try DeliveryAttempt.chat(.whatsApp, "+4670")
        attempt.number = 3
        let answer = Exchange.answer("400 Bad Request", #"{"error":{"code":131056}}"#)
        #expect(try await exchange(answer, attempt).outcome.summary == "retry 64 131056")
        attempt.number = 99
        #expect(try await exchange(answer, attempt).outcome.summary == "retry 900 131056")
    }

    private func exchange(_ answer: String, _ attempt: DeliveryAttempt) async throws -> Exchange {
        try await Exchange(attempt, answers: [answer]) { outbound, url in
            WhatsAppProvider(
                configuration: WhatsAppConfiguration(token: Secret("EAA"), phoneNumberId: "1055", url: url),
                outbound: outbound)
        }
    }

    private static let strict = StrictPeer(
        #"""
        def check(request):
            request.asks("POST", "/1055/messages")
            request.has("authorization", "Bearer EAA")
            need(request.json() == {"messaging_product": "whatsapp", "recipient_type": "individual",
                "to": "46701234567", "type": "text", "text": {"body": "Disk <1>\nA & B"},
                "biz_opaque_callback_data": "01980000-0000-7000-8000-000000000001:chat.whatsapp:chat:1"}, "body")
        """#)
}
