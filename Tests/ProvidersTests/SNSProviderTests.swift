import Foundation
import Notifications
import Outbound
import Testing

@testable import Providers

@Suite struct SNSProviderTests {
    @Test(.timeLimit(.minutes(2))) func motoChecksTheSignatureAndTakesTheMessage() async throws {
        try await MotoServer.run { moto in
            try await withOutbound { outbound in
                let provider = provider(outbound, moto.url, moto.accessKeyId, moto.secretAccessKey, senderId: "Shop")
                let outcome = await provider.deliver(.sms("Grüße & 100 % + 😀 *~"))
                let message = try #require(try await moto.messages(1).first)
                #expect(outcome == .accepted(providerMessageId: message["id"]?.string))
                #expect(message["phone_number"] == "+46701234567")
                #expect(message["message"] == "Grüße & 100 % + 😀 *~")
                let attributes = message["message_attributes"]?.text
                #expect(attributes?.contains("Transactional") == true && attributes?.contains("Shop") == true)

                _ = await provider.deliver(.sms("Sale", type: .marketing))
                let second = try #require(try await moto.messages(2).last)
                #expect(second["message_attributes"]?.text.contains("Promotional") == true)

                let stranger = self.provider(outbound, moto.url, moto.accessKeyId, "wrong")
                #expect(await stranger.deliver(.sms("Hi")).summary == "authentication SignatureDoesNotMatch")
            }
        }
    }

    @Test(arguments: [
        ("400 Bad Request", "InvalidParameter", "Invalid parameter: PhoneNumber Reason: …", "invalidRecipient"),
        ("400 Bad Request", "InvalidParameter", "Invalid parameter: Message", "rejected"),
        ("400 Bad Request", "ParameterValueInvalid", "…", "rejected"),
        ("403 Forbidden", "AuthorizationError", "…", "authentication"),
        ("403 Forbidden", "InvalidSecurity", "…", "authentication"),
        ("403 Forbidden", "SignatureDoesNotMatch", "…", "authentication"),
        ("400 Bad Request", "OptedOut", "…", "invalidRecipient"),
        ("400 Bad Request", "EndpointDisabled", "…", "invalidRecipient"),
        ("400 Bad Request", "PlatformApplicationDisabled", "…", "authentication"),
        ("429 Too Many Requests", "Throttled", "…", "throttled 1"),
        ("404 Not Found", "NotFound", "…", "authentication"),
        ("400 Bad Request", "KMSThrottling", "…", "retry -"),
        ("500 Internal Server Error", "InternalError", "…", "retry -"),
    ])
    func errorComesToItsOutcome(status: String, code: String, message: String, outcome: String) async throws {
        let answer = Exchange.answer(
            status,
            """
            <ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type>
            <Code>\(code)</Code><Message>\(message)</Message></Error><RequestId>1</RequestId></ErrorResponse>
            """)
        let exchange = try await Exchange(.sms("Hi"), answers: [answer]) { outbound, url in
            provider(outbound, url, "AKIDEXAMPLE", "secret")
        }
        #expect(exchange.outcome.summary == "\(outcome) \(code)")
    }

    private func provider(
        _ outbound: OutboundClient, _ url: ServiceURL, _ keyId: String, _ key: String, senderId: String? = nil
    ) -> SNSProvider {
        let account = AWSAccount(region: "eu-north-1", accessKeyId: keyId, secretAccessKey: Secret(key))
        return SNSProvider(
            configuration: SNSConfiguration(account: account, senderId: senderId, url: url), outbound: outbound)
    }
}
