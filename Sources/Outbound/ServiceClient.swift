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
    /// One of the clients, with the event loop that all of its requests are on.
    private struct Lane {
        let client: HTTPClient
        let loop: any EventLoop
    }

    private enum State {
        case unused
        case used([Lane])
        case shutDown
    }

    private let configuration: OutboundConfiguration
    private let insistsOnHTTP2: Bool
    private let underWay = Atomic(0)
    /// The clients are made for the first request: a process that is refused its start has none to shut down.
    private let state = Mutex(State.unused)

    /// Requests under way from which on another lane, and so another connection to each host, is used too.
    static let requestsPerLane = 64
    static let maximumLanes = 4

    /// - Parameter insistsOnHTTP2: whether a service that does not speak it over TLS is sent nothing.
    init(configuration: OutboundConfiguration, insistsOnHTTP2: Bool = false) {
        self.configuration = configuration
        self.insistsOnHTTP2 = insistsOnHTTP2
    }

    private func lanes() throws(OutboundError) -> [Lane] {
        let lanes = state.withLock { state -> [Lane]? in
            switch state {
            case .used(let lanes): return lanes
            case .shutDown: return nil
            case .unused:
                let lanes = makeLanes()
                state = .used(lanes)
                return lanes
            }
        }
        guard let lanes else { throw .notSent(.shutDown) }
        return lanes
    }

    private func makeLanes() -> [Lane] {
        let settings = configuration.clientSettings(
            idleTimeout: configuration.serviceIdleTimeout, insistsOnHTTP2: insistsOnHTTP2)
        return HTTPClient.defaultEventLoopGroup.makeIterator().prefix(ServiceClient.maximumLanes).map { loop in
            Lane(client: HTTPClient(configuration: settings), loop: loop)
        }
    }

    /// As `OutboundClient.send`, without its rules.
    ///
    /// - Parameter request: its URL is a `ServiceURL` with a path; what callers said may be in the path only.
    public func send(_ request: OutboundRequest, timeout: Duration) async throws(OutboundError) -> OutboundResponse {
        guard let url = try? OutboundURL(request.url) else { throw .notSent(.urlRefused) }
        let exchange = Exchange(
            request: request, url: url, maximumBytes: configuration.maximumResponseBytes,
            deadline: .now() + TimeAmount(timeout))
        let lanes = try lanes()
        let place = underWay.wrappingAdd(1, ordering: .relaxed).oldValue
        defer { underWay.wrappingSubtract(1, ordering: .relaxed) }
        let lane = lanes[place / ServiceClient.requestsPerLane % lanes.count]
        return try await exchange.run(on: lane.client, loop: lane.loop).get()
    }

    func shutdown() async {
        let lanes = state.withLock { state -> [Lane] in
            defer { state = .shutDown }
            if case .used(let lanes) = state { return lanes }
            return []
        }
        for lane in lanes { try? await lane.client.shutdown() }
    }
}
