public import Logging
import NIOCore

/// Makes requests to addresses that others chose, such as a customer's webhook, without becoming their way into our
/// network.
///
/// Each request, each time: the URL is judged, the name is resolved, every address is judged, and the connection goes to
/// an address that was judged. No redirects, no proxy, no cookies; a deadline over all of it; a limit on the reply.
public final class OutboundClient: Sendable {
    private let configuration: OutboundConfiguration
    private let policy: OutboundPolicy
    private let resolver: Resolver
    private let clients: PinnedClients
    /// For the services that the operator chose.
    public let services: ServiceClient
    /// For those among them that speak HTTP/2 and nothing else.
    public let http2Services: ServiceClient
    private let logger: Logger

    /// Addresses that are tried before giving up: a name often has a dead one beside a good one.
    private static let maximumAddresses = 3

    public convenience init(configuration: OutboundConfiguration = OutboundConfiguration(), logger: Logger) {
        self.init(configuration: configuration, logger: logger, lookup: Resolver.systemLookup)
    }

    init(configuration: OutboundConfiguration, logger: Logger, lookup: @escaping Resolver.Lookup) {
        self.configuration = configuration
        self.logger = logger
        policy = OutboundPolicy(allowed: configuration.allowed)
        resolver = Resolver(threads: configuration.resolverThreads, lookup: lookup)
        clients = PinnedClients(configuration: configuration)
        services = ServiceClient(configuration: configuration)
        http2Services = ServiceClient(configuration: configuration, insistsOnHTTP2: true)
    }

    /// Sends the request and reads the answer, in `timeout` at most, however slowly the other side goes.
    ///
    /// An answer whose head came is returned, its body perhaps truncated. When the caller is cancelled the request is
    /// given up, and the error says whether it may have left.
    public func send(_ request: OutboundRequest, timeout: Duration) async throws(OutboundError) -> OutboundResponse {
        let deadline = NIODeadline.now() + TimeAmount(timeout)
        let url = try judge(request.url)
        let addresses = try await resolver.addresses(of: url.host, deadline: deadline)
        do {
            try policy.judge(addresses, of: url)
        } catch {
            logger.warning("A host led to an address that is not public")
            throw .notSent(.addressRefused)
        }
        let exchange = Exchange(
            request: request, url: url, maximumBytes: configuration.maximumResponseBytes, deadline: deadline)
        var failure = OutboundError.notSent(.connectFailed)
        for address in addresses.prefix(OutboundClient.maximumAddresses) {
            do {
                return try await run(exchange, at: address)
            } catch .notSent(.connectFailed) {
                failure = .notSent(.connectFailed)
            } catch {
                throw error
            }
        }
        throw failure
    }

    /// Ends requests that are on their way, and takes no more.
    public func shutdown() async {
        resolver.shutdown()
        await clients.shutdown()
        await services.shutdown()
        await http2Services.shutdown()
    }

    private func run(_ exchange: Exchange, at address: IPAddress) async throws(OutboundError) -> OutboundResponse {
        let pin = PinnedClients.Pin(host: exchange.url.host.text, address: address.text)
        let result = await clients.withClient(pin) { await exchange.run(on: $0) }
        guard let result else { throw .notSent(.shutDown) }
        return try result.get()
    }

    private func judge(_ url: String) throws(OutboundError) -> OutboundURL {
        do {
            return try policy.judge(url)
        } catch {
            throw .notSent(error == .address ? .addressRefused : .urlRefused)
        }
    }
}
