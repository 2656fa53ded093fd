/// When to try again: exponential backoff with full jitter.
///
/// **Source:** "Exponential Backoff and Jitter", AWS Architecture Blog, 2015 (full jitter).
public struct RetryPolicy: Sendable, Hashable {
    public var base: Duration
    public var factor: Double
    public var cap: Duration
    /// Attempts in all, the first included.
    public var maximumAttempts: Int
    /// The shortest wait after being throttled: a provider that says zero would be asked again without end.
    public var throttleFloor: Duration
    /// The wait after our own credentials failed, where no circuit keeps us from trying: nothing will change until somebody
    /// mends them.
    public var authenticationDelay: Duration

    public init(
        base: Duration = .seconds(5), factor: Double = 4, cap: Duration = .seconds(900), maximumAttempts: Int = 5,
        throttleFloor: Duration = .seconds(1), authenticationDelay: Duration = .seconds(60)
    ) {
        self.base = base
        self.factor = factor
        self.cap = cap
        self.maximumAttempts = maximumAttempts
        self.throttleFloor = throttleFloor
        self.authenticationDelay = authenticationDelay
    }

    /// The longest wait after attempt `number`, counted from 1.
    public func ceiling(afterAttempt number: Int) -> Duration {
        let exponent = Double(max(0, number - 1))
        var ceiling = base.timeInterval
        for _ in 0..<Int(min(exponent, 64)) where ceiling < cap.timeInterval { ceiling *= factor }
        return .milliseconds(Int64(min(ceiling, cap.timeInterval) * 1000))
    }

    /// A wait drawn evenly from zero to the ceiling.
    public func delay(afterAttempt number: Int, using random: inout some RandomNumberGenerator) -> Duration {
        .milliseconds(Int64.random(in: 0...Int64(ceiling(afterAttempt: number).milliseconds), using: &random))
    }
}
