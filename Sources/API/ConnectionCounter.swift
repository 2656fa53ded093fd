import NIOCore
import Telemetry

/// Counts the open connections.
final class ConnectionCounter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let open: Gauge

    init(_ open: Gauge) {
        self.open = open
    }

    func handlerAdded(context: ChannelHandlerContext) { open.add(1) }

    func handlerRemoved(context: ChannelHandlerContext) { open.add(-1) }
}
