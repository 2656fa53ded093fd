/// What the simulated provider does, and how often. The rates are shares of all attempts in 0...1, of 1 in sum at most;
/// what they leave is accepted.
public struct SimulatorConfiguration: Sendable, Hashable {
    /// Runs with one seed have the same outcomes.
    public var seed: UInt64 = 0
    public var latency: LatencyDistribution = .constant(.zero)
    /// Answers as a 503 does.
    public var retryRate = 0.0
    /// Answers as a 429 with `retryAfter` does.
    public var throttleRate = 0.0
    public var retryAfter: Duration = .seconds(1)
    /// Answers as if our credentials were wrong.
    public var authenticationRate = 0.0
    public var rejectRate = 0.0
    public var invalidRecipientRate = 0.0
    /// Accepts and does not say so: the caller learns nothing until its timeout, or until `silence` has passed.
    public var acceptThenTimeoutRate = 0.0
    public var silence: Duration?
    /// How long after its notification was made it tells what became of a message; nil to tell nothing.
    public var receiptLatency: LatencyDistribution?
    /// A share of the messages that are told of: they bounced.
    public var bounceRate = 0.0
    /// A share of the messages that are told of: their receipts come twice, and the later one first.
    public var disorderRate = 0.0
    /// A file that gets a line for each accept.
    public var journal: String?

    public init() {}
}
