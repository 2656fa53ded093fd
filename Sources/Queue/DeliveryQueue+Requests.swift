package import Notifications
package import Redis

/// The calls of the scripts by themselves, for whoever measures what is around them.
extension DeliveryQueue {
    package func claimRequest(on route: Route, epoch: Int64, lease: Duration, provider: String) -> RedisRequest {
        .script(
            QueueScript.claim.script(
                keys: [keys.route(route)],
                arguments: [
                    RedisArgument(now()), RedisArgument(epoch), RedisArgument(DeliveryQueue.claimLimit),
                    RedisArgument(lease.milliseconds), 1,
                ] + LimitedProvider(name: provider, limits: .none).arguments))
    }

    package func settleRequest(_ jobs: [ClaimedJob], on route: Route) -> RedisRequest {
        ending(.settle, jobs, on: route)
    }

    package func releaseRequest(_ jobs: [ClaimedJob], on route: Route) -> RedisRequest {
        ending(.release, jobs, on: route)
    }

    private func ending(_ script: QueueScript, _ jobs: [ClaimedJob], on route: Route) -> RedisRequest {
        .script(
            script.script(
                keys: [keys.route(route)],
                arguments: [RedisArgument(now()), "", 0, 0, -1]
                    + jobs.flatMap { [RedisArgument($0.id.text), RedisArgument($0.token)] }))
    }
}
