public import Mail
public import Notifications

/// Where the API listens and what it allows.
public struct APIConfiguration: Sendable {
    public var host = "127.0.0.1"
    /// 0 takes a free one, which `onServerRunning` reports.
    public var port = 8080
    public var maximumConnections = 10_000

    /// Bytes of any body.
    public var maximumBodyBytes = 2 << 20
    /// Bytes of the bodies of all requests under way.
    public var maximumBodyBytesTogether = 64 << 20
    /// Bytes of a body whose `to` is one recipient.
    public var maximumSingleBodyBytes = 256 << 10
    /// Recipients times the bytes of what each of them gets.
    public var maximumExpandedBytes = 8 << 20
    /// Bytes of a path with its query.
    public var maximumTargetBytes = 8 << 10
    public var maximumHeaderCount = 100
    /// Names and values together.
    public var maximumHeaderBytes = 32 << 10

    /// From the first byte of a request to the end of its headers.
    public var headDeadline: Duration = .seconds(10)
    /// From the end of a request's headers to the end of its body, whether or not anybody reads it.
    public var bodyDeadline: Duration = .seconds(20)
    /// A connection on which nothing was asked for so long is closed.
    public var idleTimeout: Duration = .seconds(30)
    /// A connection whose peer reads nothing for so long is closed.
    public var stallTimeout: Duration = .seconds(15)
    /// How long an idle connection is kept for one more request when the server shuts down, so that a request on its way
    /// meets no closed door.
    public var drainTime: Duration = .seconds(1)
    /// How often a stream shows that it lives and looks whether its key is still good.
    public var heartbeat: Duration = .seconds(15)
    /// How long a key is trusted before it is looked up again. With `heartbeat` it bounds how long a revoked key works.
    public var keyLifetime: Duration = .seconds(10)

    /// Requests a second of a key that has no rate of its own, in this process; 0 is no limit.
    public var keyRate = 0

    /// Requests to notify under way below which nobody is sent away for how long they have been.
    public var crowd = 64

    /// The web pages whose calls browsers let through.
    public var allowedOrigins = AllowedOrigins.none

    /// Whether `/metrics` is there for whoever can reach the port.
    public var servesMetrics = true

    /// Whether what notifications say is indexed, and can be asked for.
    public var searches = true

    /// The routes that have a provider.
    public var providedRoutes: Set<Route>
    /// The names of each route's providers, in the order in which they are tried.
    public var providers: [Route: [String]] = [:]
    /// The providers whose receipts are taken, by name.
    public var receiptParsers: [String: any ReceiptParser] = [:]
    /// Where the world reaches this API: `https://notify.example.org`, without a slash at its end. Some providers sign
    /// the address that they called. Nil for the host that they name, over HTTPS.
    public var publicURL: String?
    /// What reads the links by which readers of e-mails unsubscribe; nil where none are made.
    public var unsubscribeLinks: UnsubscribeLinks?
    /// Why a URL that a caller wants called is not allowed, to be read after the field's name; nil when it is.
    public var urlCheck: @Sendable (String) -> String?

    /// For a server of operations only.
    public init(host: String, port: Int) {
        self.init(providedRoutes: [], urlCheck: { _ in nil })
        self.host = host
        self.port = port
    }

    public init(providedRoutes: Set<Route>, urlCheck: @escaping @Sendable (String) -> String?) {
        self.providedRoutes = providedRoutes
        self.urlCheck = urlCheck
    }
}
