import NIOCore
import NIOPosix

/// A longer way to a server on a socket: what goes either way comes later by the same time, as over a long wire.
struct DelayLine: Sendable {
    /// Of 127.0.0.1.
    let port: Int
    private let listener: any Channel

    /// - Parameter roundTrip: how much longer it takes there and back.
    static func start(to socketPath: String, roundTrip: Duration) async throws -> DelayLine {
        let delay = TimeAmount(roundTrip / 2)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { client in
                // Both on one event loop, so that each may reach for the other.
                ClientBootstrap(group: client.eventLoop).connect(unixDomainSocketPath: socketPath)
                    .flatMapThrowing { server in
                        try client.pipeline.syncOperations.addHandler(DelayHandler(peer: server, delay: delay))
                        try server.pipeline.syncOperations.addHandler(DelayHandler(peer: client, delay: delay))
                    }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return DelayLine(port: listener.localAddress?.port ?? 0, listener: listener)
    }

    /// Takes no more connections; those that there are end with their clients.
    func stop() async { try? await listener.close() }
}

/// Hands on what one end says to the other, later.
private final class DelayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let peer: any Channel
    private let delay: TimeAmount

    init(peer: any Channel, delay: TimeAmount) {
        self.peer = peer
        self.delay = delay
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let (bytes, peer) = (unwrapInboundIn(data), peer)
        context.eventLoop.scheduleTask(in: delay) { peer.writeAndFlush(bytes, promise: nil) }
    }

    /// A slow reader slows down the writer, so that little is under way.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        peer.setOption(.autoRead, value: context.channel.isWritable).whenFailure { _ in }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) { peer.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
