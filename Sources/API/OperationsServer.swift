import Hummingbird
import HummingbirdCore
public import Logging
public import ServiceLifecycle
public import Telemetry

/// The health and the metrics of a process that serves no API.
public struct OperationsServer: Service {
    private let configuration: APIConfiguration
    private let endpoints: [Endpoint]
    private let metrics: RequestMetrics
    private let logger: Logger
    private let onServerRunning: @Sendable (_ port: Int) async -> Void

    /// - Parameters:
    ///   - configuration: where it listens and what it allows.
    ///   - onServerRunning: called with the bound port once requests are accepted.
    public init(
        _ configuration: APIConfiguration, health: HealthChecks, metrics: MetricsRegistry, logger: Logger,
        onServerRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.onServerRunning = onServerRunning
        endpoints = OperationsEndpoints(checks: health, metrics: configuration.servesMetrics ? metrics : nil).all
        self.metrics = RequestMetrics(metrics, routes: endpoints.map(\.route))
    }

    public func run() async throws {
        let frame = RequestFrame(configuration, metrics: metrics, logger: logger)
        let routes = EndpointRouter(endpoints: endpoints, frame: frame) { request, context, endpoint in
            try await endpoint.respond(Call(request, context, caller: .nobody))
        }
        let application = Application(
            router: routes.router,
            server: HTTPServerBuilder { [configuration, metrics] in
                GuardedConnection(configuration, open: metrics.connections, responder: $0)
            },
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: .maximum(configuration.maximumConnections, logger: logger)),
            onServerRunning: { [onServerRunning] channel in
                await onServerRunning(channel.localAddress?.port ?? 0)
            },
            logger: logger)
        try await application.run()
    }
}
