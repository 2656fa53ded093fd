/// How long to wait before the next attempt to connect: exponential, the upper half of it random, so that a fleet does
/// not come back in step.
public struct RedisBackoff: Sendable, Equatable {
    public var minimum: Duration
    public var maximum: Duration

    public init(minimum: Duration = .milliseconds(50), maximum: Duration = .seconds(2)) {
        self.minimum = minimum
        self.maximum = maximum
    }

    /// - Parameters:
    ///   - failures: attempts that failed in a row, from 0.
    ///   - jitter: a random number in `0...1`; 0 gives half the full delay.
    func delay(failures: Int, jitter: Double = .random(in: 0...1)) -> Duration {
        // 2^20 times any sensible minimum is above any sensible maximum.
        let full = min(maximum, minimum * (1 << min(failures, 20)))
        return full * (0.5 + jitter / 2)
    }
}
