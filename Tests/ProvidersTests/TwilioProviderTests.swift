import Foundation
import Notifications
import Outbound
import Testing

@testable import Providers

@Suite struct TwilioProviderTests {
    private static let created = Exchange.answer("201 Created", #"{"sid":"SM1f","status":"queued","error_code":null}"#)

    @Test func requestIsTheDocumentedOne() async throws {
        let exchange = try await exchange(Self.created, .sms("Grüße & 100 % 😀"))
        #expect(exchange.outcome == .accepted(providerMessageId: "SM1f"))
        try await Self.strict.expectExactly(
            try exchange.request,
            changes: [
                ("POST /2010-04-01", "POST /2010-04-02"), ("Accounts/AC1/", "Accounts/AC2/"), ("Basic ", "Basic x"),
                ("x-www-form-urlencoded", "json"), ("To=%2B", "To="), ("&From=%2B1500", "&From=1500"),
                ("%26", "&"), ("Body=", "Text="), ("From=", "MessagingServiceSid="), ("%F0%9F", "%F0%90"),
            ])
    }

    @Test func messagingServiceAndKeyTakeTheirPlaces() async throws {
        let request = try await exchange(Self.created, .sms("Hi"), sender: "MG7", keySid: "SK9").request
        #expect(request.contains("/Accounts/AC1/Messages.json"))
        #expect(request.contains("&MessagingServiceSid=MG7&") && !request.contains("From="))
        #expect(request.contains("Authorization: Basic \(Data("SK9:token".utf8).base64EncodedString())\r\n"))
    }

    @Test func callbackNamesOurReference() async throws {
        let callback = "https://belfry.example/v1/receipts/twilio"
        let request = try await exchange(Self.created, .sms("Hi"), callback: callback).request
        let reference = "01980000-0000-7000-8000-000000000001%253Asms%253Asms%253A1"
        #expect(
            request.hasSuffix(
                "&StatusCallback=https%3A%2F%2Fbelfry.example%2Fv1%2Freceipts%2Ftwilio%3Freference%3D\(reference)"))
    }

    @Test(arguments: [
        ("401 Unauthorized", 20003, "authentication"), ("404 Not Found", 20404, "authentication"),
        ("429 Too Many Requests", 20429, "throttled 5"), ("500 Internal Server Error", 20500, "retry -"),
        ("503 Service Unavailable", 20503, "retry -"), ("400 Bad Request", 21211, "invalidRecipient"),
        ("400 Bad Request", 21610, "invalidRecipient"), ("400 Bad Request", 21614, "invalidRecipient"),
        ("400 Bad Request", 21612, "rejected"), ("400 Bad Request", 21408, "authentication"),
        ("400 Bad Request", 21608, "authentication"), ("400 Bad Request", 21606, "authentication"),
        ("400 Bad Request", 21709, "authentication"), ("429 Too Many Requests", 21611, "throttled 5"),
        ("400 Bad Request", 21617, "rejected"), ("400 Bad Request", 14107, "throttled 5"),
    ])
    func errorComesToItsOutcome(status: String, code: Int, outcome: String) async throws {
        let answer = Exchange.answer(status, #"{"code":\#(code),"message":"…","more_info":"…","status":400}"#)
        #expect(try await exchange(answer, .sms("Hi")).outcome.summary == "\(outcome) \(code)")
    }

    @Test func codeThatNobodyKnowsIsJudgedByItsStatus() async throws {
        let answer = Exchange.answer("400 Bad Request", #"{"code":29999}"#)
        #expect(try await exchange(answer, .sms("Hi")).outcome.summary == "rejected rejected")
    }

    private func exchange(
        _ answer: String, _ attempt: DeliveryAttempt, sender: String = "+15005550006", keySid: String? = nil,
        callback: String? = nil
    ) async throws -> Exchange {
        try await Exchange(attempt, answers: [answer]) { outbound, url in
            var configuration = TwilioConfiguration(
                accountSid: "AC1", keySid: keySid, token: Secret("token"), sender: sender, url: url)
            configuration.statusCallback = callback
            return TwilioProvider(configuration: configuration, outbound: outbound)
        }
    }

    private static let strict = StrictPeer(
        #"""
        def check(request):
            request.asks("POST", "/2010-04-01/Accounts/AC1/Messages.json")
            request.basic("AC1", "token")
            need(request.form() == [("To", "+46701234567"), ("From", "+15005550006"), ("Body", "Grüße & 100 % 😀")],
                str(request.form()))
        """#)
}
