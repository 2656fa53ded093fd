import Notifications
import TestSupport
import Testing

@Suite struct RetryPolicyTests {
    @Test func ceilingGrowsByItsFactorUpToTheCap() {
        let policy = RetryPolicy()
        #expect(
            (1...7).map { policy.ceiling(afterAttempt: $0) }
                == [5, 20, 80, 320, 900, 900, 900].map { .seconds($0) })
        #expect(policy.ceiling(afterAttempt: 0) == .seconds(5))
        #expect(policy.ceiling(afterAttempt: 1_000_000) == .seconds(900))
        #expect(RetryPolicy(base: .seconds(5), cap: .seconds(2)).ceiling(afterAttempt: 1) == .seconds(2))
    }

    @Test func delayReachesFromZeroToTheCeiling() {
        let policy = RetryPolicy(base: .milliseconds(100), factor: 2, cap: .seconds(10))
        // Small, but not so small that drawing from a range refuses it as uneven.
        var lowest = FixedGenerator(value: 1 << 40)
        var highest = FixedGenerator.highest
        for number in 1...10 {
            #expect(policy.delay(afterAttempt: number, using: &lowest) == .zero)
            #expect(policy.delay(afterAttempt: number, using: &highest) == policy.ceiling(afterAttempt: number))
        }
    }

    @Test func delaysAreSpreadEvenly() {
        let policy = RetryPolicy(base: .seconds(1), factor: 1)
        var random = SeededGenerator(seed: 3)
        var quarters = [0, 0, 0, 0]
        for _ in 0..<4000 {
            let delay = policy.delay(afterAttempt: 1, using: &random)
            #expect(.zero...(.seconds(1)) ~= delay)
            quarters[min(3, delay.milliseconds / 250)] += 1
        }
        #expect(quarters.allSatisfy { (850...1150).contains($0) })
    }
}
