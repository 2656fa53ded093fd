public import Notifications

/// Which providers send on each route, the first one first.
public struct ProviderRegistry: Sendable {
    private let providersByRoute: [Route: [any Provider]]
    /// Who gets what was sent with a test key, on whatever route.
    public let simulator: any Provider

    public init(providers: [Route: [any Provider]], simulator: any Provider) {
        self.simulator = simulator
        providersByRoute = providers.filter { !$0.value.isEmpty }
    }

    /// In the order in which they are tried; empty where nobody sends.
    public func providers(for route: Route) -> [any Provider] { providersByRoute[route] ?? [] }

    /// Each once, whatever number of routes it is on; the simulator too.
    public var all: [any Provider] {
        let providers = providersByRoute.values.joined() + [simulator]
        let byName = Dictionary(providers.map { ($0.name, $0) }) { first, _ in first }
        return byName.values.sorted { $0.name < $1.name }
    }

    /// Ends what the providers keep open.
    public func shutdown() async {
        for provider in all { await provider.shutdown() }
    }

    /// The routes that somebody sends on.
    public var routes: Set<Route> { Set(providersByRoute.keys) }
}
