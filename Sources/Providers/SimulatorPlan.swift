import Notifications

/// What the simulator will do with one attempt: a function of the seed, the idempotency key and the attempt's number,
/// so that a run can be repeated. Being throttled also depends on the time, since it spends no attempt: whoever comes
/// back after `retryAfter` draws anew.
struct SimulatorPlan: Sendable, Hashable {
    enum Answer: Sendable, Hashable {
        case accept, acceptThenTimeout, retry, throttle, refuse, reject, invalidRecipient
    }

    var answer: Answer
    /// When it answers. Not before the caller's timeout when it stays silent.
    var latency: Duration

    /// - Parameter period: the number of `retryAfter`s that have passed since some beginning.
    init(_ configuration: SimulatorConfiguration, idempotencyKey: String, number: Int, period: Int = 0) {
        let seed = SimulatorPlan.seed(configuration.seed, idempotencyKey, number)
        var random = SplitMix64(seed: seed)
        var throttle = SplitMix64(seed: seed ^ UInt64(truncatingIfNeeded: period &* 0x9E37_79B9))
        _ = throttle.next()
        if throttle.nextUnit() < configuration.throttleRate {
            answer = .throttle
            latency = configuration.latency.sample(using: &random)
            return
        }
        var draw = random.nextUnit() * (1 - configuration.throttleRate)
        let rates: [(Answer, Double)] = [
            (.retry, configuration.retryRate), (.refuse, configuration.authenticationRate),
            (.reject, configuration.rejectRate),
            (.invalidRecipient, configuration.invalidRecipientRate),
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

    static func random(_ seed: UInt64, _ key: String, _ number: Int) -> SplitMix64 {
        SplitMix64(seed: self.seed(seed, key, number))
    }

    /// FNV-1a over the key, then the number: Swift's own hashes differ from run to run.
    private static func seed(_ seed: UInt64, _ key: String, _ number: Int) -> UInt64 {
        let hash = key.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        var mixer = SplitMix64(seed: seed ^ hash)
        return mixer.next() &+ UInt64(truncatingIfNeeded: number)
    }
}
