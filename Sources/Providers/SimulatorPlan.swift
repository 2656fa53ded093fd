import Notifications

/// What the simulator will do with one attempt: a function of the seed, the idempotency key and the attempt's number,
/// so that a run can be repeated.
struct SimulatorPlan: Sendable, Hashable {
    enum Answer: Sendable, Hashable { case accept, acceptThenTimeout, retry, throttle, reject, invalidRecipient }

    var answer: Answer
    /// When it answers. Not before the caller's timeout when it stays silent.
    var latency: Duration

    init(_ configuration: SimulatorConfiguration, idempotencyKey: String, number: Int) {
        var random = SplitMix64(seed: SimulatorPlan.seed(configuration.seed, idempotencyKey, number))
        var draw = random.nextUnit()
        let rates: [(Answer, Double)] = [
            (.retry, configuration.retryRate), (.throttle, configuration.throttleRate),
            (.reject, configuration.rejectRate), (.invalidRecipient, configuration.invalidRecipientRate),
            (.acceptThenTimeout, configuration.acceptThenTimeoutRate),
        ]
        answer = .accept
        for (candidate, rate) in rates {
            if draw < rate {
                answer = candidate
                break
            }
            draw -= rate
        }
        latency = configuration.latency.sample(using: &random)
    }

    var accepts: Bool { answer == .accept || answer == .acceptThenTimeout }

    /// FNV-1a over the key, then the number: Swift's own hashes differ from run to run.
    private static func seed(_ seed: UInt64, _ key: String, _ number: Int) -> UInt64 {
        let hash = key.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        var mixer = SplitMix64(seed: seed ^ hash)
        return mixer.next() &+ UInt64(truncatingIfNeeded: number)
    }
}
