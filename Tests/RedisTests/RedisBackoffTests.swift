import Testing

@testable import Redis

@Suite struct RedisBackoffTests {
    private let backoff = RedisBackoff(minimum: .milliseconds(50), maximum: .seconds(2))

    @Test(arguments: [
        (0, Duration.milliseconds(50)), (1, .milliseconds(100)), (5, .milliseconds(1_600)), (6, .seconds(2)),
        (1_000_000, .seconds(2)),
    ])
    func doublesUpToItsMaximum(failures: Int, longest: Duration) {
        #expect(backoff.delay(failures: failures, jitter: 1) == longest)
        #expect(backoff.delay(failures: failures, jitter: 0) == longest / 2)
    }
}
