import Notifications
import Testing

@Suite struct StandingTests {
    private let all = (1...3).flatMap { round in
        DeliveryStatus.allCases.map { Standing(round: round, status: $0) }
    }

    @Test func mergingIsCommutativeAndIdempotentAndNeverLowers() {
        for one in all {
            #expect(one.merged(with: one) == one)
            for other in all {
                let merged = one.merged(with: other)
                #expect(merged == other.merged(with: one))
                #expect(merged == one || merged == other)
                #expect(merged >= one && merged >= other)
                #expect((merged.round, merged.status.rank) >= (one.round, one.status.rank))
            }
        }
    }

    @Test func mergingIsAssociative() {
        var violations: [[Standing]] = []
        for one in all {
            for two in all {
                for three in all
                where one.merged(with: two).merged(with: three) != one.merged(with: two.merged(with: three)) {
                    violations.append([one, two, three])
                }
            }
        }
        #expect(violations == [])
    }

    @Test func laterRoundCountsMoreThanAnyStatusOfAnEarlierOne() {
        let old = Standing(round: 1, status: .read)
        let new = Standing(round: 2, status: .pending)
        #expect(old.merged(with: new) == new)
    }

    @Test func targetKeepsTheHigherStandingAndThenTheMoreAttempts() {
        let sent = TargetState(standing: Standing(status: .sent), provider: "fcm", providerMessageId: "m", attempts: 1)
        let late = TargetState(standing: Standing(status: .failed), provider: "fcm", attempts: 3, failure: .test)
        var again = sent
        again.attempts = 2
        #expect(sent.merged(with: late) == sent)
        #expect(late.merged(with: sent) == sent)
        #expect(sent.merged(with: again) == again)
        #expect(again.merged(with: sent) == again)
    }
}
