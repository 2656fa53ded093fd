public import Notifications

/// Which providers send on each route, the first one first.
public struct ProviderRegistry: Sendable {
    private let providersByRoute: [Route: [any Provider]]

    public init(providers: [Route: [any Provider]]) {
        providersByRoute = providers.filter { !$0.value.isEmpty }
    }

    /// In the order in which they are tried; empty where nobody sends.
    public func providers(for route: Route) -> [any Provider] { providersByRoute[route] ?? [] }

    /// Ends what the providers keep open.
    public func shutdown() async {
        for provider in providersByRoute.values.joined() { await provider.shutdown() }
    }

    /// The routes that somebody sends on.
    public var routes: Set<Route> { Set(providersByRoute.keys) }
}
