public import Notifications
import Redis
import Telemetry

/// How claims end.
extension DeliveryQueue {
    /// Ends claims, publishes what happened and blocks providers that told us to wait, all in one round trip. What fails
    /// here is found again by the sweep or by the next claim, so a failure costs time only.
    /// - Returns: an answer for each ending, in order.
    @discardableResult
    public func end(
        _ endings: [JobEnding], publishing events: [StatusEvent] = [], blocking blocks: [ProviderBlock] = []
    ) async throws -> [EndingAnswer] {
        let calls = endingCalls(endings)
        let messages = events.map { Self.message($0.json, on: StatusEvent.topic(tenant: $0.tenant)) }
        let stale = events.compactMap(\.staleEntry).map { Self.message($0.json, on: StaleEntry.topic) }
        // These come before whatever wakes a claimer, and their replies say nothing.
        let providers = throttles(blocks) + probesGivenUp(endings)
        let replies = try await redis.pipeline(messages + stale + providers + calls.map(\.request))
        metrics.published.add(messages.count)
        var answers = [EndingAnswer](repeating: .gone, count: endings.count)
        for (call, reply) in zip(calls, replies.suffix(calls.count)) {
            let words: [EndingAnswer] = try words(reply, of: call.script, count: call.places.count)
            for (place, word) in zip(call.places, words) { answers[place] = word }
        }
        return answers
    }

    /// In batches, up to the first that fails.
    public func publish(_ events: [StatusEvent]) async throws {
        for batch in events.batches(of: DeliveryQueue.batchLimit) { try await end([], publishing: batch) }
    }

    /// How long whoever changed something waits for a Redis that is away. It is committed, and how long others keep what
    /// they looked up bounds what they miss.
    private static let stalePatience: Duration = .milliseconds(250)

    /// Tells all processes what is no longer as they may have looked it up.
    public func publish(stale entries: [StaleEntry]) async throws {
        if entries.isEmpty { return }
        _ = try await redis.pipeline(
            entries.map { Self.message($0.json, on: StaleEntry.topic) }, connectingWithin: Self.stalePatience)
    }

    private static func message(_ json: JSON, on topic: String) -> RedisRequest {
        .command(RedisCommand("PUBLISH", RedisArgument(topic), RedisArgument(json.text)))
    }

    private func throttles(_ blocks: [ProviderBlock]) -> [RedisRequest] {
        Dictionary(grouping: blocks, by: \.route).flatMap { route, blocks in
            blocks.batches(of: DeliveryQueue.batchLimit).map { blocks in
                let arguments = blocks.flatMap { [RedisArgument($0.provider), RedisArgument($0.wait.milliseconds)] }
                return .script(
                    QueueScript.throttle.script(
                        keys: [keys.route(route)], arguments: [RedisArgument(now())] + arguments))
            }
        }
    }
}

extension DeliveryQueue {
    /// One script call for endings of one kind on one route, with their places among all endings.
    private struct EndingCall {
        var script: QueueScript
        var places: [Int]
        var request: RedisRequest
    }

    private func endingCalls(_ endings: [JobEnding]) -> [EndingCall] {
        Dictionary(grouping: endings.indices) { EndingGroup(endings[$0]) }.flatMap { group, places in
            places.batches(of: DeliveryQueue.batchLimit).map { places in
                var arguments = [RedisArgument(now())] + group.arguments
                for place in places {
                    arguments += [RedisArgument(endings[place].job.id.text), RedisArgument(endings[place].job.token)]
                    if case .retry(let after) = endings[place].kind {
                        arguments.append(RedisArgument(min(after, DeliveryQueue.horizon).milliseconds))
                    }
                }
                return EndingCall(
                    script: group.script, places: places,
                    request: .script(group.script.script(keys: [keys.route(group.route)], arguments: arguments)))
            }
        }
    }
}

/// Endings that one script call can carry.
private struct EndingGroup: Hashable {
    enum Word { case settle, retry, release }

    let route: Route
    let word: Word
    let provider: LimitedProvider?
    let spent: Int?

    init(_ ending: JobEnding) {
        route = ending.job.route
        provider = ending.job.provider
        // Nobody asks where there is no limit, and fewer groups are fewer calls.
        spent = provider == nil ? nil : ending.spent
        word =
            switch ending.kind {
            case .settle: .settle
            case .retry: .retry
            case .release: .release
            }
    }

    var script: QueueScript {
        switch word {
        case .settle: .settle
        case .retry: .retry
        case .release: .release
        }
    }

    /// Those of the script that come once, but for the time.
    var arguments: [RedisArgument] {
        [
            RedisArgument(provider?.name ?? ""), provider?.interval ?? 0, provider?.cap ?? 0,
            RedisArgument(spent ?? -1),
        ]
    }
}
