import Redis

/// How a provider is, and how much of its limits it has left.
public struct ProviderUsage: Sendable, Hashable {
    /// What may be drawn now; nil for any number.
    public var tokens: Int?
    /// Calls under way; nil where they are not counted, there being no limit to them.
    public var inFlight: Int?
    /// For how long it told us to wait; nil when it did not.
    public var blocked: Duration?
    public var circuit = CircuitState.closed
    /// How long until a delivery may probe it, or until the one that does is given up; nil for a closed circuit.
    public var untilProbe: Duration?
    /// Percent of its calls of late that failed; nil without any.
    public var failurePercent: Int?
    /// How long a call took of late, on average; nil without any.
    public var latency: Duration?

    public init(tokens: Int? = nil, inFlight: Int? = nil, blocked: Duration? = nil) {
        self.tokens = tokens
        self.inFlight = inFlight
        self.blocked = blocked
    }

    /// Nil for what the script does not answer.
    init?(_ reply: RedisValue) {
        guard let numbers = reply.array?.compactMap(\.int), numbers.count == 7 else { return nil }
        func known(_ place: Int) -> Int64? { numbers[place] < 0 ? nil : numbers[place] }
        tokens = known(0).map { Int($0) }
        inFlight = known(1).map { Int($0) }
        blocked = numbers[2] > 0 ? .milliseconds(numbers[2]) : nil
        untilProbe = known(3).map { .milliseconds($0) }
        if let wait = known(3) { circuit = wait > 0 && numbers[4] == 0 ? .open : .halfOpen }
        failurePercent = known(5).map { Int($0) }
        latency = known(6).map { .microseconds($0) }
    }
}

/// Whether deliveries go to a provider.
public enum CircuitState: String, Sendable, Hashable, CaseIterable {
    /// All may.
    case closed
    /// None may.
    case open
    /// One may, or does.
    case halfOpen
}
