import Foundation
import Notifications
import Testing

@Suite struct DeliveryOutcomeTests {
    @Test(
        arguments: [
            (DeliveryOutcome.accepted(providerMessageId: "m"), "accepted", nil),
            (.retry(after: nil, .test), "retry", .test),
            (.rejected(.test), "rejected", .test),
            (.invalidRecipient(.test), "invalidRecipient", .test),
            (.invalidRecipient(.test, since: Date(timeIntervalSince1970: 1)), "invalidRecipient", .test),
            (.throttled(after: .seconds(1), .test), "throttled", .test),
            (.authentication(.test), "authentication", .test),
            (.unknown(.test), "unknown", .test),
        ] as [(DeliveryOutcome, String, DeliveryFailure?)])
    func everyOutcomeHasItsWordAndAllButOneTheirReason(
        outcome: DeliveryOutcome, name: String, failure: DeliveryFailure?
    ) {
        #expect(outcome.name == name)
        #expect(outcome.failure == failure)
    }

    @Test func failureComesBackFromItsJSON() {
        #expect(DeliveryFailure.test.json.text == #"{"code":"test","detail":"It was a test."}"#)
        #expect(DeliveryFailure(json: DeliveryFailure.test.json) == .test)
        #expect(DeliveryFailure(json: ["code": "bare"]) == DeliveryFailure(code: "bare", detail: ""))
        #expect(DeliveryFailure(json: nil) == nil)
        #expect(DeliveryFailure(json: .null) == nil)
        #expect(DeliveryFailure(json: ["detail": "no code"]) == nil)
    }
}
