/// When the circuit of a provider or an endpoint opens, so that nothing is sent there, and for how long.
///
/// **Source:** the pattern is of M. Nygard, "Release It!", 2007. The numbers are about those of Hystrix, whose window is
/// ten seconds and whose circuits open at half of at least twenty calls; ours at fewer, for routes with little traffic.
public struct CircuitPolicy: Sendable, Hashable {
    /// As many of the calls of late must have failed; 1 to 100.
    public var failurePercent: Int
    /// Calls without which nothing is concluded; 1 or more.
    public var minimumVolume: Int
    /// How long until a delivery may probe it; twice as long after each probe that fails.
    public var coolDown: Duration
    /// Whatever comes to pass, it is probed this often. Also for how long one that closed is remembered to have failed.
    public var longestCoolDown: Duration
    /// For how long after its last call a circuit is remembered; nil for ever.
    public var memory: Duration?

    public init(failurePercent: Int = 50, minimumVolume: Int = 10, coolDown: Duration = .seconds(5)) {
        self.failurePercent = failurePercent
        self.minimumVolume = minimumVolume
        self.coolDown = coolDown
        longestCoolDown = max(coolDown, .seconds(60))
    }

    /// The same for endpoints, of which there may be any number, each with little traffic: fewer calls are enough, one
    /// that stays down is asked less often, and what nobody sends to is forgotten.
    public var ofEndpoints: CircuitPolicy {
        var policy = self
        policy.minimumVolume = min(minimumVolume, 5)
        policy.longestCoolDown = max(coolDown, .seconds(300))
        policy.memory = policy.longestCoolDown * 4
        return policy
    }
}
