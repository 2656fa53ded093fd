import Documents
import Foundation
import Notifications
import Testing

@testable import Worker

struct OutcomeSummaryTests {
    private let failure = DeliveryFailure(code: "x", detail: "")

    @Test func whatIsInDoubtIsSaidBeforeWhatIsCertain() {
        let accepted = DeliveryOutcome.accepted(providerMessageId: nil)
        #expect(OutcomeSummary.word(for: [accepted, .unknown(failure)]) == "unknown")
        #expect(OutcomeSummary.word(for: [accepted, .retry(after: nil, failure)]) == "retry")
        #expect(OutcomeSummary.word(for: [accepted, .rejected(failure)]) == "accepted")
        #expect(OutcomeSummary.word(for: [.rejected(failure), .invalidRecipient(failure)]) == "invalidRecipient")
        #expect(OutcomeSummary.word(for: [DeliveryOutcome]()) == nil)
    }

    @Test func everyOutcomeHasItsWord() {
        let all: [DeliveryOutcome] = [
            .accepted(providerMessageId: nil), .retry(after: nil, failure), .rejected(failure),
            .invalidRecipient(failure), .throttled(after: .zero, failure), .authentication(failure), .unknown(failure),
        ]
        for outcome in all { #expect(OutcomeSummary.word(for: [outcome]) == outcome.name) }
    }

    @Test func onlyInvalidRecipientsAreDead() {
        let since = Date(timeIntervalSince1970: 1)
        let outcomes: [String: DeliveryOutcome] = [
            "a": .invalidRecipient(failure), "b": .rejected(failure), "c": .accepted(providerMessageId: nil),
            "d": .invalidRecipient(failure, since: since),
        ]
        let dead = [DeadDevice(id: "a", reason: failure), DeadDevice(id: "d", since: since, reason: failure)]
        #expect(OutcomeSummary.dead(outcomes, on: .apns) == dead)
        #expect(OutcomeSummary.dead(outcomes, on: .webhook) == [])
    }
}
