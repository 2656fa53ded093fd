import Documents
import Logging
import Notifications
import Queue

/// Looks how routes and their providers stand, for forecasts.
struct RouteOutlook: Sendable {
    /// By name, in the order in which they are tried.
    let providers: [Route: [String]]
    let limits: LimitBook
    let settings: RouteSettingsStore
    let queue: DeliveryQueue
    let logger: Logger

    func forecasts(of routes: Set<Route>) async throws -> [Route: RouteForecast] {
        if routes.isEmpty { return [:] }
        let pauses = try await settings.pauses()
        let limits = try await limits.all()
        let pairs = routes.flatMap { route in
            (providers[route] ?? []).map { name in
                (route: route, provider: LimitedProvider(name: name, limits: limits[route]?[name] ?? .none))
            }
        }
        let usage = await usage(of: pairs)
        var forecasts: [Route: RouteForecast] = [:]
        for route in routes {
            let candidates = pairs.indices.filter { pairs[$0].route == route }.map { index in
                RouteForecast.Candidate(provider: pairs[index].provider, usage: usage?[index])
            }
            forecasts[route] = RouteForecast(candidates: candidates, isPaused: pauses[route]?.isPaused ?? false)
        }
        return forecasts
    }

    /// Without Redis there is still all to say that the recipient has to do with.
    private func usage(of pairs: [(route: Route, provider: LimitedProvider)]) async -> [ProviderUsage]? {
        do { return try await queue.usage(of: pairs) } catch {
            logger.warning("the providers' limits could not be read", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
