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
        #expect(CircuitPolicy().ofEndpoints.longestCoolDown == .seconds(300))
        #expect(CircuitPolicy(coolDown: .seconds(900)).ofEndpoints.longestCoolDown == .seconds(900))
    }

    @Test func endpointIsJudgedByFewerCallsAndForgottenInTime() throws {
        #expect(CircuitPolicy(minimumVolume: 100).ofEndpoints.minimumVolume == 5)
        #expect(CircuitPolicy(minimumVolume: 2).ofEndpoints.minimumVolume == 2)
        #expect(CircuitPolicy().memory == nil)
        let policy = CircuitPolicy(coolDown: .seconds(900)).ofEndpoints
        #expect(try #require(policy.memory) > policy.longestCoolDown * 2, "not while it is open")
    }
}
