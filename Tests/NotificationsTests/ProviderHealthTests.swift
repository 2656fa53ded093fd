import Notifications
import Testing

private let failure = DeliveryFailure(code: "x", detail: "X.")

struct ProviderHealthTests {
    @Test(
        arguments: [
            (DeliveryOutcome.accepted(providerMessageId: nil), ProviderHealth.well), (.rejected(failure), .well),
            (.invalidRecipient(failure), .well), (.retry(after: nil, failure), .failing), (.unknown(failure), .failing),
            (.authentication(failure), .refusing), (.throttled(after: .zero, failure), nil),
        ] as [(DeliveryOutcome, ProviderHealth?)])
    func outcomeSaysHowTheProviderIs(outcome: DeliveryOutcome, health: ProviderHealth?) {
        #expect(outcome.providerHealth == health)
    }

    @Test func longestCoolDownIsNoShorterThanTheFirst() {
        #expect(CircuitPolicy().longestCoolDown == .seconds(60))
        #expect(CircuitPolicy(coolDown: .seconds(300)).longestCoolDown == .seconds(300))
    }
}
