public import Notifications
import Redis

/// The circuits of providers and endpoints: what opens and closes them. Claims heed the providers'; an endpoint is only
/// known once its job is claimed, so whoever is about to call it knocks first.
extension DeliveryQueue {
    /// Asks whether an endpoint may be called for a job, which is to be reported on if it may.
    /// - Parameter lease: after which it is given up that a probe is reported on.
    public func knock(
        at endpoint: String, of provider: String, for job: ClaimedJob, lease: Duration
    ) async throws -> KnockAnswer {
        let calls = ProviderCalls(of: job, by: provider, at: endpoint, isProbe: false)
        let reply = try await call(
            .knock, job.route,
            [
                RedisArgument(now()), RedisArgument(lease.milliseconds), RedisArgument(calls.circuit),
                RedisArgument(job.token),
            ])
        guard let answers = reply.array, answers.count == 1, let wait = answers[0].int else {
            throw QueueReplyError(script: "knock")
        }
        return wait > 0 ? .wait(.milliseconds(wait)) : .come(isProbe: wait < 0)
    }

    /// Tells circuits what became of calls. What is lost on the way is made up for by the next calls.
    /// - Returns: those that opened or closed by it.
    public func report(_ calls: [ProviderCalls], policy: CircuitPolicy = CircuitPolicy()) async throws
        -> [CircuitChange]
    {
        let batches = reports(ProviderCalls.folded(calls), policy)
        if batches.isEmpty { return [] }
        let replies = try await redis.pipeline(batches.map(\.request))
        return try zip(batches, replies).flatMap { batch, reply in
            guard let answers = reply.array, answers.count == batch.calls.count else {
                throw QueueReplyError(script: "report")
            }
            return try zip(batch.calls, answers).compactMap { try CircuitChange(of: $0, $1) }
        }
    }

    /// Frees the circuits of probes that end, for the next one. Those that were reported on are no probes any more.
    func probesGivenUp(_ endings: [JobEnding]) -> [RedisRequest] {
        let probes = endings.compactMap { ending in
            ending.job.probed.map { ProviderCalls(of: ending.job, by: $0) }
        }
        return reports(probes, CircuitPolicy()).map(\.request)
    }

    private func reports(
        _ calls: [ProviderCalls], _ policy: CircuitPolicy
    ) -> [(calls: [ProviderCalls], request: RedisRequest)] {
        if calls.isEmpty { return [] }
        let once = [
            RedisArgument(now()), RedisArgument(policy.failurePercent), RedisArgument(policy.minimumVolume),
            RedisArgument(policy.coolDown.milliseconds), RedisArgument(policy.longestCoolDown.milliseconds),
            RedisArgument(policy.memory?.milliseconds ?? 0),
        ]
        return Dictionary(grouping: calls, by: \.route).flatMap { route, calls in
            calls.batches(of: DeliveryQueue.batchLimit).map { calls in
                let script = QueueScript.report.script(
                    keys: [keys.route(route)], arguments: once + calls.flatMap(\.arguments))
                return (calls, .script(script))
            }
        }
    }
}

extension ProviderCalls {
    /// The name of the circuit within its route.
    fileprivate var circuit: String { endpoint.map { "\(provider)/\($0)" } ?? provider }

    fileprivate var arguments: [RedisArgument] {
        let opens: RedisArgument = speakForAll ? refused > 0 ? "once" : "rate" : "never"
        return [
            RedisArgument(circuit), RedisArgument(token), RedisArgument(well), RedisArgument(failed),
            RedisArgument(Int64(took / .microseconds(1))), opens,
        ]
    }
}

extension CircuitChange {
    /// Nil for a circuit that is as it was.
    fileprivate init?(of calls: ProviderCalls, _ reply: RedisValue) throws {
        guard let parts = reply.array, parts.count == 4, let word = parts[0].string,
            let failed = parts[1].int, let all = parts[2].int, let wait = parts[3].int
        else { throw QueueReplyError(script: "report") }
        if word == "same" { return nil }
        guard let word = Word(rawValue: word) else { throw QueueReplyError(script: "report") }
        self.init(
            route: calls.route, provider: calls.provider, endpoint: calls.endpoint, word: word, failed: Int(failed),
            calls: Int(all), coolDown: .milliseconds(wait))
    }
}
