import NIOCore

/// Passes on one flush for all that are asked for in one turn of the event loop.
///
/// Each request on a shared connection asks for three (head, body, end), and each would be a write of its own to the
/// socket. Nothing waits for it: what was queued before the flush is done first, and then all of it is written.
final class FlushGatherer: ChannelOutboundHandler {
    typealias OutboundIn = NIOAny
    typealias OutboundOut = NIOAny

    private var isPending = false

    func flush(context: ChannelHandlerContext) {
        if isPending { return }
        isPending = true
        context.eventLoop.assumeIsolated().execute { self.pass(context) }
    }

    /// What was flushed before the end still leaves.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        pass(context)
        context.close(mode: mode, promise: promise)
    }

    func handlerRemoved(context: ChannelHandlerContext) { pass(context) }

    private func pass(_ context: ChannelHandlerContext) {
        guard isPending else { return }
        isPending = false
        context.flush()
    }
}
