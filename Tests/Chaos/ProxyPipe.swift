import NIOCore

/// The two ends of a proxied connection. Both live on one event loop.
final class ProxyConnection {
    let client: any Channel
    let server: any Channel
    /// The answer to a request is being swallowed: nothing reaches the client any more.
    var isSwallowing = false

    init(client: any Channel, server: any Channel) {
        self.client = client
        self.server = server
    }
}

/// One direction of a proxied connection: takes what one end sends, and brings it to the other or not.
final class ProxyPipe: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// After the first byte of an answer: the rest of it comes, and the server is done with what it was asked.
    private static let untilReset: TimeAmount = .milliseconds(50)

    private let way: ProxyWay
    private let connection: ProxyConnection
    private let state: ProxyState
    /// What comes later must not arrive sooner.
    private var lastDue: NIODeadline = .distantPast

    init(_ way: ProxyWay, _ connection: ProxyConnection, _ state: ProxyState) {
        self.way = way
        self.connection = connection
        self.state = state
    }

    private var peer: any Channel { way == .toServer ? connection.server : connection.client }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if state.isBlackholed(way) { return state.hasGap(connection.client) }
        switch way {
        case .toServer:
            if state.takesAnswer(of: bytes) { connection.isSwallowing = true }
        case .toClient:
            if connection.isSwallowing {
                let client = connection.client
                client.eventLoop.scheduleTask(in: ProxyPipe.untilReset) { client.reset() }
                return
            }
        }
        forward(bytes, on: context.eventLoop)
    }

    private func forward(_ bytes: ByteBuffer, on eventLoop: any EventLoop) {
        let delay = state.delay
        let now = NIODeadline.now()
        if delay == .zero, lastDue <= now { return peer.writeAndFlush(bytes, promise: nil) }
        lastDue = max(lastDue, now + .nanoseconds(delay.nanoseconds))
        let peer = peer
        eventLoop.scheduleTask(deadline: lastDue) { peer.writeAndFlush(bytes, promise: nil) }
    }

    /// A slow reader at one end slows down the other, so nothing is gathered here without a bound.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        peer.setOption(.autoRead, value: isWritable).whenFailure { _ in }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed? = event as? ChannelEvent else { return }
        if state.isBlackholed(way) || connection.isSwallowing { return }
        peer.close(mode: .output, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        peer.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.client.reset()
        connection.server.close(promise: nil)
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
