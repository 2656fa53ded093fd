public import Notifications
import Redis

/// What concerns a route as a whole: its depth, its opening and closing, its pauses.
extension DeliveryQueue {
    public func counts(of route: Route, for providers: [LimitedProvider] = []) async throws -> QueueCounts {
        try QueueCounts(try await call(.counts, route, countsArguments(providers)))
    }

    /// The counts of several routes, in one round trip.
    /// - Parameters:
    ///   - providers: of each route, in its order: what they lack binds it. Without any, nothing but workers can.
    ///   - deadline: from now; nil is that of the client.
    public func counts(
        of routes: [Route], for providers: [Route: [LimitedProvider]] = [:], deadline: Duration? = nil
    ) async throws -> [Route: QueueCounts] {
        let replies = try await redis.pipeline(
            routes.map { route in
                .script(
                    QueueScript.counts.script(
                        keys: [keys.route(route)], arguments: countsArguments(providers[route] ?? [])))
            }, deadline: deadline)
        return Dictionary(uniqueKeysWithValues: try zip(routes, replies).map { ($0, try QueueCounts($1)) })
    }

    private func countsArguments(_ providers: [LimitedProvider]) -> [RedisArgument] {
        [RedisArgument(now())] + providers.flatMap(\.arguments)
    }

    /// Drops all that Redis knows of a route and closes it to claims. The bound on the rounds only guards against a
    /// flood of new tenants meanwhile.
    public func clear(_ route: Route) async throws {
        for _ in 0..<10_000 where (try await call(.clear, route, []).int ?? 0) == 0 { return }
    }

    /// Closes a route to claims without dropping anything: whichever worker asks next finds that Redis does not know the
    /// epoch, and rebuilds it. Safe at any time, during a rebuild too, which ends by opening the route.
    public func close(_ route: Route) async throws {
        _ = try await redis.pipeline([
            .command(RedisCommand("HDEL", RedisArgument(keys.meta(route)), "epoch")),
            .command(RedisCommand("RPUSH", RedisArgument(keys.wake(route)), 1)),
        ])
    }

    /// Opens a route to claims under an epoch; paused or not as `pause` says, unless Redis knows a newer word on it.
    public func open(_ route: Route, epoch: Int64, pause: RoutePause = .never) async throws {
        _ = try await call(
            .open, route, [RedisArgument(epoch), pause.isPaused ? 1 : 0, RedisArgument(pause.revision)])
    }

    /// Takes slots for deliveries that somebody is sending just now, until their permits are dead: a rebuild does not
    /// exceed a cap. Doing it again changes nothing.
    /// - Parameter fanOut: as for the claims.
    public func occupy(_ deliveries: [QueuedDelivery], on route: Route, fanOut: Int = 1) async throws {
        for batch in deliveries.filter({ $0.sender != nil }).batches(of: DeliveryQueue.batchLimit) {
            let slots = batch.flatMap { delivery in
                [
                    RedisArgument(delivery.id.text), RedisArgument(delivery.sender ?? ""),
                    RedisArgument(delivery.delay.milliseconds), RedisArgument(min(delivery.cost, fanOut)),
                ]
            }
            _ = try await call(.occupy, route, [RedisArgument(now())] + slots)
        }
    }

    /// How providers are and what is left of their limits, in their order, in one round trip.
    /// - Parameter deadline: from now; nil is that of the client.
    public func usage(
        of providers: [(route: Route, provider: LimitedProvider)], deadline: Duration? = nil
    ) async throws -> [ProviderUsage] {
        let replies = try await redis.pipeline(
            providers.map { route, provider in
                .script(
                    QueueScript.usage.script(
                        keys: [keys.route(route)], arguments: [RedisArgument(now())] + provider.arguments))
            }, deadline: deadline)
        return try replies.map { reply in
            guard let usage = reply.array?.first.flatMap(ProviderUsage.init) else {
                throw QueueReplyError(script: "usage")
            }
            return usage
        }
    }

    /// Copies pauses out of Postgres, in one round trip: from then on nothing is claimed from what is paused. Doing it
    /// again changes nothing, and an older word than the one Redis knows is ignored.
    /// - Returns: the routes where it changed something.
    @discardableResult
    public func apply(_ pauses: [Route: RoutePause]) async throws -> [Route] {
        let pauses = pauses.sorted { $0.key.rawValue < $1.key.rawValue }
        let replies = try await redis.pipeline(
            pauses.map { route, pause in
                .script(
                    QueueScript.pause.script(
                        keys: [keys.route(route)],
                        arguments: [pause.isPaused ? 1 : 0, RedisArgument(pause.revision)]))
            })
        return try zip(pauses, replies).compactMap { pause, reply in
            guard let changed = reply.int else { throw QueueReplyError(script: "pause") }
            return changed == 1 ? pause.key : nil
        }
    }
}
