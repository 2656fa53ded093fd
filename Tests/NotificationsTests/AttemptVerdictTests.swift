import Notifications
import Testing

@Suite struct AttemptVerdictTests {
    /// Attempt 2 of 3 may wait up to 16 s.
    private let policy = RetryPolicy(
        base: .seconds(8), factor: 2, cap: .seconds(60), maximumAttempts: 3, authenticationDelay: .seconds(45))

    private func verdict(
        _ outcomes: [String: DeliveryOutcome], settled: [DeliveryStatus] = [], number: Int = 2,
        guarantee: DeliveryGuarantee = .atLeastOnce
    ) -> AttemptVerdict {
        var random = FixedGenerator.highest
        return AttemptVerdict(
            outcomes: outcomes, settled: settled, number: number, guarantee: guarantee, policy: policy,
            using: &random)
    }

    struct Row: Sendable {
        let outcome: DeliveryOutcome
        let decision: AttemptVerdict.Decision
        /// When this was the last attempt.
        let last: AttemptVerdict.Decision
        let target: DeliveryStatus
        let lastTarget: DeliveryStatus
        var failure: DeliveryFailure? = .test

        /// Something that ends the same way however many attempts are left.
        static func final(
            _ outcome: DeliveryOutcome, _ status: DeliveryStatus, deadLetter: Bool, failure: DeliveryFailure? = .test
        ) -> Row {
            Row(
                outcome: outcome, decision: .settle(status, deadLetter: deadLetter),
                last: .settle(status, deadLetter: deadLetter), target: status, lastTarget: status, failure: failure)
        }

        /// Something to be tried again for as long as there are attempts.
        static func spending(_ outcome: DeliveryOutcome, after seconds: Int) -> Row {
            Row(
                outcome: outcome, decision: .retry(after: .seconds(seconds), spendsAttempt: true),
                last: .settle(.failed, deadLetter: true), target: .pending, lastTarget: .failed)
        }

        /// Something to be waited for however often.
        static func waiting(_ outcome: DeliveryOutcome, after seconds: Int) -> Row {
            let retry = AttemptVerdict.Decision.retry(after: .seconds(seconds), spendsAttempt: false)
            return Row(outcome: outcome, decision: retry, last: retry, target: .pending, lastTarget: .pending)
        }
    }

    private static let common: [Row] = [
        .final(.accepted(providerMessageId: "m"), .sent, deadLetter: false, failure: nil),
        .final(.rejected(.test), .failed, deadLetter: true),
        .final(.invalidRecipient(.test), .failed, deadLetter: true),
        .spending(.retry(after: nil, .test), after: 16),
        .spending(.retry(after: .seconds(5), .test), after: 5),
        .spending(.retry(after: .seconds(90), .test), after: 60),
        .waiting(.throttled(after: .seconds(7), .test), after: 7),
        .waiting(.throttled(after: .seconds(90), .test), after: 60),
        .waiting(.authentication(.test), after: 45),
    ]

    private func check(_ row: Row, _ guarantee: DeliveryGuarantee) {
        let now = verdict(["t": row.outcome], guarantee: guarantee)
        #expect(now.decision == row.decision)
        #expect(now.targets == ["t": row.target])
        #expect(now.failure == row.failure)
        let last = verdict(["t": row.outcome], number: 3, guarantee: guarantee)
        #expect(last.decision == row.last)
        #expect(last.targets == ["t": row.lastTarget])
        #expect(last.failure == row.failure)
    }

    @Test(arguments: DeliveryGuarantee.allCases)
    func everyOutcomeHasItsVerdictWithAndWithoutAttemptsLeft(guarantee: DeliveryGuarantee) {
        for row in Self.common { check(row, guarantee) }
    }

    @Test func unknownIsTriedAgainOnlyAtLeastOnce() {
        check(.spending(.unknown(.test), after: 16), .atLeastOnce)
        check(.final(.unknown(.test), .unknown, deadLetter: true), .atMostOnce)
    }

    @Test func fanOutRetriesWhatIsOpenAndKeepsWhatIsDone() {
        let verdict = verdict([
            "a": .accepted(providerMessageId: nil), "b": .retry(after: .seconds(3), .test),
            "c": .throttled(after: .seconds(9), .test), "d": .invalidRecipient(.test),
        ])
        #expect(verdict.decision == .retry(after: .seconds(9), spendsAttempt: true))
        #expect(verdict.targets == ["a": .sent, "b": .pending, "c": .pending, "d": .failed])
        #expect(verdict.failure == .test)
    }

    @Test func fanOutThatOnlyWaitsSpendsNoAttemptHoweverOften() {
        let verdict = verdict(
            ["a": .accepted(providerMessageId: nil), "b": .throttled(after: .seconds(9), .test)], number: 99)
        #expect(verdict.decision == .retry(after: .seconds(9), spendsAttempt: false))
        #expect(verdict.targets == ["a": .sent, "b": .pending])
    }

    @Test func fanOutOutOfAttemptsFailsWhatIsOpenAndSettlesWithTheBest() {
        let verdict = verdict(
            [
                "a": .accepted(providerMessageId: nil), "b": .retry(after: nil, .test),
                "c": .throttled(after: .seconds(9), .test),
            ], number: 3)
        #expect(verdict.decision == .settle(.sent, deadLetter: false))
        #expect(verdict.targets == ["a": .sent, "b": .failed, "c": .failed])
        #expect(verdict.failure == nil)
    }

    @Test func targetsThatWereDoneBeforeCountForTheRoute() {
        #expect(
            verdict(["a": .rejected(.test)], settled: [.failed, .delivered])
                == AttemptVerdict(.settle(.delivered, deadLetter: false), ["a": .failed], nil))
        #expect(
            verdict(["a": .rejected(.test)], settled: [.unknown])
                == AttemptVerdict(.settle(.failed, deadLetter: true), ["a": .failed], .test))
        #expect(
            verdict(["a": .unknown(.test)], settled: [.bounced], guarantee: .atMostOnce)
                == AttemptVerdict(.settle(.bounced, deadLetter: false), ["a": .unknown], .test))
    }

    @Test func routeWithoutTargetsFails() {
        #expect(verdict([:]) == AttemptVerdict(.settle(.failed, deadLetter: true), [:], nil))
    }

    @Test func failureShownIsThatOfTheFirstTargetById() {
        let first = DeliveryFailure(code: "first", detail: "")
        #expect(verdict(["b": .rejected(.test), "a": .rejected(first)]).failure == first)
    }
}

extension AttemptVerdict {
    /// As it is expected to be.
    fileprivate init(_ decision: Decision, _ targets: [String: DeliveryStatus], _ failure: DeliveryFailure?) {
        var random = FixedGenerator.highest
        self.init(outcomes: [:], number: 1, guarantee: .atLeastOnce, policy: RetryPolicy(), using: &random)
        self.decision = decision
        self.targets = targets
        self.failure = failure
    }
}
