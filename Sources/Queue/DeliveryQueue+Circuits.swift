public import Notifications
import Redis

/// The circuits of providers: what opens and closes them. Claims heed them.
extension DeliveryQueue {
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
    fileprivate var arguments: [RedisArgument] {
        let opens: RedisArgument = speakForAll ? refused > 0 ? "once" : "rate" : "never"
        return [
            RedisArgument(provider), RedisArgument(token), RedisArgument(well), RedisArgument(failed),
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
            route: calls.route, provider: calls.provider, word: word, failed: Int(failed), calls: Int(all),
            coolDown: .milliseconds(wait))
    }
}
