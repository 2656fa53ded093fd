/// What is left of a rate: it fills steadily and holds a second's worth, which is how much may come at once.
struct TokenBucket: Sendable, Hashable {
    /// Tokens a second, and the most it holds.
    let rate: Int
    /// Below zero after a cost that was larger than what was left.
    private var tokens: Double
    private var filledAt: ContinuousClock.Instant

    init(rate: Int, at now: ContinuousClock.Instant) {
        self.rate = rate
        tokens = Double(rate)
        filledAt = now
    }

    /// Takes a token; false, and nothing taken, when not one is left.
    mutating func take(at now: ContinuousClock.Instant) -> Bool {
        fill(at: now)
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    /// Takes tokens whether or not they are there; what is missing is paid off before the next one is granted.
    mutating func charge(_ count: Int) { tokens -= Double(count) }

    /// Whole tokens left.
    var remaining: Int { max(0, Int(tokens)) }
    /// Whole seconds until it is full.
    var secondsUntilFull: Int { seconds(until: Double(rate)) }
    /// Whole seconds until the next one is granted, at least 1.
    var retryAfter: Int { max(1, seconds(until: 1)) }

    mutating func fill(at now: ContinuousClock.Instant) {
        let elapsed = (now - filledAt) / Duration.seconds(1)
        tokens = min(Double(rate), tokens + max(0, elapsed) * Double(rate))
        filledAt = max(filledAt, now)
    }

    private func seconds(until wanted: Double) -> Int {
        max(0, Int(((wanted - tokens) / Double(rate)).rounded(.up)))
    }
}
