import NIOCore
import NIOPosix
import Synchronization

/// Stands between a process and a server and treats what passes as a bad network would.
///
/// It listens on a TCP port of 127.0.0.1. Where it leads to can be changed, for connections made from then on.
final class FaultProxy: Sendable {
    enum Upstream: Sendable {
        case unix(String)
        case tcp(port: Int)
    }

    let port: Int
    private let listener: any Channel
    private let state: ProxyState

    static func start(to upstream: Upstream) async throws -> FaultProxy {
        let state = ProxyState(upstream)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { client in FaultProxy.connect(client, state) }
            .bind(host: "127.0.0.1", port: 0).get()
        return FaultProxy(listener, state)
    }

    private init(_ listener: any Channel, _ state: ProxyState) {
        self.listener = listener
        self.state = state
        port = listener.localAddress?.port ?? 0
    }

    /// Both connections live on one event loop, so the two directions need no lock between them.
    private static func connect(_ client: any Channel, _ state: ProxyState) -> EventLoopFuture<Void> {
        let bootstrap = ClientBootstrap(group: client.eventLoop).channelOption(.allowRemoteHalfClosure, value: true)
        let connecting =
            switch state.upstream {
            case .unix(let path): bootstrap.connect(unixDomainSocketPath: path)
            case .tcp(let port): bootstrap.connect(host: "127.0.0.1", port: port)
            }
        return connecting.flatMapThrowing { server in
            let connection = ProxyConnection(client: client, server: server)
            try client.pipeline.syncOperations.addHandler(ProxyPipe(.toServer, connection, state))
            try server.pipeline.syncOperations.addHandler(ProxyPipe(.toClient, connection, state))
            state.open(client)
        }
    }

    /// Where new connections lead from now on.
    func lead(to upstream: Upstream) { state.change { $0.upstream = upstream } }

    /// Everything comes later by `latency` and up to `jitter` more, in order; zero ends it.
    func delay(_ latency: Duration, jitter: Duration = .zero) {
        state.change { ($0.latency, $0.jitter) = (latency, jitter) }
    }

    /// Swallows what goes these ways until `heal`.
    func blackhole(_ ways: Set<ProxyWay> = [.toServer, .toClient]) { state.change { $0.blackholed = ways } }

    /// Lets everything pass again. Connections that miss bytes by now are reset, as a peer would in the end.
    func heal() {
        state.change { ($0.blackholed, $0.latency, $0.jitter, $0.swallowed) = ([], .zero, .zero, nil) }
        state.closeGappy()
    }

    /// Resets every connection.
    func reset() { state.closeAll() }

    /// Lets the next `count` requests pass that contain these bytes, and resets their connections instead of letting the
    /// answers through. The server has done by then what it was asked.
    func swallowReplies(to bytes: String, count: Int = 1) {
        state.change { $0.swallowed = (Array(bytes.utf8), count) }
    }

    /// Whether a blackhole has swallowed anything of a connection that is still open.
    var hasGaps: Bool { state.hasGaps }

    /// How many answers were swallowed so far.
    var swallowedReplies: Int { state.swallowedReplies }

    func stop() async {
        try? await listener.close()
        state.closeAll()
    }
}

/// A direction of a connection.
enum ProxyWay: Hashable, Sendable { case toServer, toClient }
