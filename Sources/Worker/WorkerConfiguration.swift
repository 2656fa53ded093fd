import Documents
public import Notifications

/// How a worker works.
public struct WorkerConfiguration: Sendable {
    /// The routes to work on, each with its providers in order. A route without a provider is left alone.
    public var providers: [Route: [any Provider]]
    /// Who gets what was sent with a test key, whatever its route; the inbox is as always.
    public var simulator: any Provider
    /// Deliveries under way at once, over all routes.
    public var concurrency = 64
    /// Devices of one delivery that are sent to at once; the same for all workers.
    public var fanOut = 8
    public var timing = DeliveryTiming()
    public var retryPolicy = RetryPolicy()
    public var circuits = CircuitPolicy()
    /// Where whoever has an e-mail address may unsubscribe; nil where no such links are made.
    public var unsubscribeURL: @Sendable (_ address: String, _ tenant: String) -> String? = { _, _ in nil }
    /// How long what is under way at shutdown may take.
    public var drainTimeout: Duration = .seconds(20)

    public init(providers: [Route: [any Provider]], simulator: (any Provider)? = nil) {
        self.providers = providers
        self.simulator = simulator ?? NoSimulator()
    }

    /// An endpoint that is told of events is tried until the message expires, with waits that are as much longer.
    func policy(for permit: Permit) -> RetryPolicy {
        if permit.content.endpointMessage == nil { return retryPolicy }
        var policy = retryPolicy
        policy.cap = .milliseconds(12 * retryPolicy.cap.milliseconds)
        policy.maximumAttempts = .max
        return policy
    }

    /// Calls that one delivery on a route makes at once, at most.
    func fanOut(on route: Route) -> Int { route.channel == .push ? fanOut : 1 }

    /// In their declared order, so that every worker looks at them in the same one.
    var routes: [Route] { Route.allCases.filter { providers[$0]?.isEmpty == false } }
}
