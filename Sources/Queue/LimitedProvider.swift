public import Notifications
import Redis

/// A provider and its limits as they stood when something was claimed for it: what is given back is reckoned by the same.
public struct LimitedProvider: Sendable, Hashable {
    public var name: String
    public var limits: ProviderLimits

    public init(name: String, limits: ProviderLimits) {
        self.name = name
        self.limits = limits
    }

    /// Providers by their names, with what limits are set for them.
    public static func named(
        _ names: [Route: [String]], limits: [Route: [String: ProviderLimits]]
    ) -> [Route: [LimitedProvider]] {
        var providers: [Route: [LimitedProvider]] = [:]
        for (route, names) in names {
            providers[route] = names.map { LimitedProvider(name: $0, limits: limits[route]?[$0] ?? .none) }
        }
        return providers
    }

    /// Microseconds a token, tokens, calls; 0 where there is no limit.
    var arguments: [RedisArgument] { [RedisArgument(name), interval, RedisArgument(limits.burst), cap] }

    /// As the scripts compare it with `0`.
    var interval: RedisArgument { limits.ratePerSecond == nil ? 0 : RedisArgument("\(limits.microsecondsPerToken)") }

    var cap: RedisArgument { RedisArgument(limits.maxConcurrent ?? 0) }
}

/// A provider that told us to slow down on a route.
public struct ProviderBlock: Sendable, Hashable {
    public var route: Route
    public var provider: String
    /// How long nothing is to be claimed for it: 15 minutes at most.
    public var wait: Duration

    public init(route: Route, provider: String, wait: Duration) {
        self.route = route
        self.provider = provider
        self.wait = wait
    }
}
