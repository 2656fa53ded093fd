import AsyncHTTPClient
import NIOCore
import Synchronization

/// Makes requests to services that the operator chose, such as FCM: the host of each URL comes from the settings, so the
/// address rules are not for it, and its name is looked up only when a connection is made.
///
/// It speaks HTTP/2 where the service does: one connection for each host, which requests share, and a few when there are
/// many, each on an event loop of its own. No redirects, no proxy, no cookies; a deadline over all of it; a limit on the
/// reply.
public final class ServiceClient: Sendable {
    private enum State {
        case unused
        case used(HTTPClient)
        case shutDown
    }

    private let configuration: OutboundConfiguration
    private let insistsOnHTTP2: Bool
    private let underWay = Atomic(0)

    /// Requests under way from which on another event loop, and so another connection to each host, is used too.
    static let requestsPerLoop = 64
    static let maximumLoops = 4
    /// The client is made for the first request: a process that is refused its start has none to shut down.
    private let state = Mutex(State.unused)

    /// - Parameter insistsOnHTTP2: whether a service that does not speak it over TLS is sent nothing.
    init(configuration: OutboundConfiguration, insistsOnHTTP2: Bool = false) {
        self.configuration = configuration
        self.insistsOnHTTP2 = insistsOnHTTP2
    }

    private func client() throws(OutboundError) -> HTTPClient {
        let client = state.withLock { state -> HTTPClient? in
            switch state {
            case .used(let client): return client
            case .shutDown: return nil
            case .unused:
                let settings = configuration.clientSettings(
                    idleTimeout: configuration.serviceIdleTimeout, insistsOnHTTP2: insistsOnHTTP2)
                let client = HTTPClient(configuration: settings)
                state = .used(client)
                return client
            }
        }
        guard let client else { throw .notSent(.shutDown) }
        return client
    }

    /// As `OutboundClient.send`, without its rules.
    ///
    /// - Parameter request: its URL is a `ServiceURL` with a path; what callers said may be in the path only.
    public func send(_ request: OutboundRequest, timeout: Duration) async throws(OutboundError) -> OutboundResponse {
        guard let url = try? OutboundURL(request.url) else { throw .notSent(.urlRefused) }
        let exchange = Exchange(
            request: request, url: url, maximumBytes: configuration.maximumResponseBytes,
            deadline: .now() + TimeAmount(timeout))
        let client = try client()
        let place = underWay.wrappingAdd(1, ordering: .relaxed).oldValue
        defer { underWay.wrappingSubtract(1, ordering: .relaxed) }
        return try await exchange.run(on: client, loop: loop(at: place, of: client.eventLoopGroup)).get()
    }

    private func loop(at place: Int, of group: any EventLoopGroup) -> (any EventLoop)? {
        let loops = Array(group.makeIterator().prefix(ServiceClient.maximumLoops))
        return loops.isEmpty ? nil : loops[place / ServiceClient.requestsPerLoop % loops.count]
    }

    func shutdown() async {
        let client = state.withLock { state -> HTTPClient? in
            defer { state = .shutDown }
            if case .used(let client) = state { return client }
            return nil
        }
        try? await client?.shutdown()
    }
}
