import Testing

@testable import Providers

@Suite struct WebhookSecretTests {
    /// **Source:** the reference libraries of Standard Webhooks.
    @Test func signatureIsThatOfTheReferenceVector() throws {
        let secret = try WebhookSecret(parsing: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", position: 1)
        let signature = secret.signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(arguments: [
        ("", "does not begin with whsec_"), ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "does not begin with whsec_"),
        ("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "does not begin with whsec_"), ("whsec_***", "is not base64"),
        ("whsec_", "has 0 bytes instead of 24 to 64"), ("whsec_AAAA", "has 3 bytes instead of 24 to 64"),
        ("whsec_" + String(repeating: "AAAA", count: 22), "has 66 bytes instead of 24 to 64"),
    ])
    func badSecretIsRefusedByItsPlaceAlone(text: String, problem: String) {
        #expect(throws: ProvidersError.invalidSecret(position: 2, problem: problem)) {
            try WebhookConfiguration(secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", text])
        }
    }

    @Test func someSecretIsNeeded() {
        #expect(throws: ProvidersError.invalidSecret(position: 1, problem: "is missing")) {
            try WebhookConfiguration(secrets: [])
        }
    }

    @Test func secretIsNotPrinted() throws {
        let secret = try WebhookSecret(parsing: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", position: 1)
        #expect("\(secret)" == "whsec_…")
        #expect(String(reflecting: secret) == "whsec_…")
    }
}
