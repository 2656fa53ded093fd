public import Foundation
public import Notifications
public import Redis
import Telemetry

/// The index of open work in Redis: which delivery goes next. Postgres decides, Redis orders; everything here may be
/// lost and is then made again from Postgres.
///
/// Each method is one atomic script over one route, called in batches.
public struct DeliveryQueue: Sendable {
    /// Jobs in one call of a script.
    public static let batchLimit = 500
    /// Jobs in one claim.
    public static let claimLimit = 64
    /// Tokens that one job is charged at most, whatever it costs.
    static let largestCost = 1000
    /// What is due later than this waits in Postgres.
    public static let horizon: Duration = .seconds(3600)

    let redis: RedisClient
    let keys: QueueKeys
    let metrics: QueueMetrics
    /// Milliseconds that the scripts take for the present; 0 for the time of Redis. Tests set it.
    let now: @Sendable () -> Int64

    /// - Parameter namespace: the first word of every key.
    public init(
        redis: RedisClient, namespace: String = "belfry", metrics: QueueMetrics = QueueMetrics(),
        now: @escaping @Sendable () -> Int64 = { 0 }
    ) {
        self.redis = redis
        self.metrics = metrics
        self.keys = QueueKeys(namespace: namespace)
        self.now = now
    }

    /// Makes jobs known; doing it again changes nothing. Needs no epoch, so callers may go on during a rebuild.
    @discardableResult
    public func enqueue(_ jobs: [QueuedDelivery], on route: Route) async throws -> [EnqueueAnswer] {
        var answers: [EnqueueAnswer] = []
        for batch in jobs.batches(of: DeliveryQueue.batchLimit) {
            var arguments = [RedisArgument(now())]
            for job in batch {
                arguments += [
                    RedisArgument(job.id.text), RedisArgument(job.priority.rawValue),
                    RedisArgument(min(max(1, job.cost), DeliveryQueue.largestCost)),
                    RedisArgument(max(0, job.delay.milliseconds)), RedisArgument(job.tenant),
                ]
            }
            let reply = try await call(.enqueue, route, arguments)
            answers += try words(reply, of: .enqueue, count: batch.count)
        }
        return answers
    }

    /// Forgets jobs that nobody has claimed. What a worker has, it is told by Postgres.
    public func cancel(_ ids: [UUID], on route: Route) async throws {
        for batch in ids.batches(of: DeliveryQueue.batchLimit) {
            _ = try await call(.cancel, route, batch.map { RedisArgument($0.text) })
        }
    }

    /// Heals the route, then leases up to `limit` jobs for one of the route's providers.
    /// - Parameters:
    ///   - epoch: the one Postgres has for this route.
    ///   - limit: jobs, 1 to 64: as many as will be sent at once.
    ///   - providers: in the route's order; the first that has room grants.
    ///   - limits: of those that have any.
    ///   - fanOut: calls that one delivery makes at once, at most; under a cap it holds a slot for each.
    public func claim(
        on route: Route, epoch: Int64, limit: Int, lease: Duration, providers: [String],
        limits: [String: ProviderLimits] = [:], fanOut: Int = 1
    ) async throws -> ClaimAnswer {
        let claim =
            [
                RedisArgument(now()), RedisArgument(epoch), RedisArgument(min(limit, DeliveryQueue.claimLimit)),
                RedisArgument(lease.milliseconds), RedisArgument(fanOut),
            ] + providers.flatMap { LimitedProvider(name: $0, limits: limits[$0] ?? .none).arguments }
        let replies = try await redis.pipeline([
            upkeep(of: route, lease: lease),
            .script(QueueScript.claim.script(keys: [keys.route(route)], arguments: claim)),
        ])
        countRescues(on: route, replies[0])
        let answer = try ClaimAnswer(replies[1], route: route, limits: limits)
        if case .throttled(let lack, _) = answer {
            metrics.throttled[QueueMetrics.ThrottleKey(route: route, lack: lack)].add()
        }
        return answer
    }

    /// Heals routes that nobody has claimed from for a while, without claiming.
    /// - Parameter epochs: as last seen in Postgres.
    /// - Returns: the routes worth a claim: something was brought back, or their memory is not the one we know.
    public func tend(_ routes: [Route], lease: Duration, epochs: [Route: Int64]) async throws -> [Route] {
        let replies = try await redis.pipeline(routes.map { upkeep(of: $0, lease: lease) })
        return zip(routes, replies).compactMap { route, reply in
            countRescues(on: route, reply)
            let parts = reply.array ?? []
            let isQuiet = parts.count == 3 && parts[0].int == 0 && parts[1].int == 0
            let isKnown = parts.last?.string == epochs[route].map { String($0) }
            return isQuiet && isKnown ? nil : route
        }
    }

    private func countRescues(on route: Route, _ reply: RedisValue) {
        metrics.rescued[route].add(Int(reply.array?.first?.int ?? 0))
    }

    private func upkeep(of route: Route, lease: Duration) -> RedisRequest {
        let arguments = [
            RedisArgument(now()), RedisArgument(lease.milliseconds),
            RedisArgument(DeliveryQueue.horizon.milliseconds + 3_600_000),
        ]
        return .script(QueueScript.upkeep.script(keys: [keys.route(route)], arguments: arguments))
    }

    /// Takes a token from each doorbell without waiting: for a worker too busy to sleep at them.
    /// - Returns: the routes that rang.
    public func takeBells(of routes: [Route]) async throws -> [Route] {
        let replies = try await redis.pipeline(
            routes.map { .command(RedisCommand("LPOP", RedisArgument(keys.wake($0)))) })
        return zip(routes, replies).compactMap { $1.string == nil ? nil : $0 }
    }

    func call(_ script: QueueScript, _ route: Route, _ arguments: [RedisArgument]) async throws -> RedisValue {
        try await redis.evaluate(script.script, keys: [keys.route(route)], arguments: arguments)
    }

    func words<Word: RawRepresentable>(
        _ reply: RedisValue, of script: QueueScript, count: Int
    ) throws -> [Word] where Word.RawValue == String {
        let words = (reply.array ?? []).compactMap { $0.string.flatMap(Word.init) }
        guard words.count == count else { throw QueueReplyError(script: script.script.name) }
        return words
    }
}

extension Array {
    func batches(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
