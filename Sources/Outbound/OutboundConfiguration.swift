/// How the outbound client behaves. The defaults are for the public internet.
public struct OutboundConfiguration: Sendable {
    /// For TCP and TLS together, of each address that is tried.
    public var connectTimeout: Duration = .seconds(5)
    /// Exempt from the address rules.
    public var allowed: AllowList = .empty
    /// How much of a reply is kept; the rest is not read and its connection closed.
    public var maximumResponseBytes = 64 * 1024
    /// Hosts whose connections are kept for the next request; beyond it those used longest ago are closed.
    public var maximumIdleHosts = 64
    /// How long a connection waits for the next request. Under the 5 s after which common servers close theirs, so that
    /// a request rarely meets a connection that is just being closed.
    public var idleTimeout: Duration = .seconds(4)
    /// The same for the services that the operator chose: under the 60 s after which their load balancers close them.
    public var serviceIdleTimeout: Duration = .seconds(55)
    /// Connections to one host at a time; more requests wait, up to `connectTimeout`.
    public var maximumConnectionsPerHost = 32
    /// Threads that wait for DNS; more lookups queue.
    public var resolverThreads = 8
    /// A PEM file of certificate authorities that are trusted beside the system's.
    public var certificateAuthorities: String?

    public init() {}
}
