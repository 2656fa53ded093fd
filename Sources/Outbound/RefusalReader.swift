import NIOCore
import NIOHTTP2

/// Tells the requests that a GOAWAY leaves out from those that the server broke off, of which nobody knows whether they
/// had an effect: NIOHTTP2 reports both as cancelled, though the first were certainly not looked at.
///
/// It stands right behind NIO's handler, which passes on a frame before the events that follow from it.
///
/// **Source:** RFC 9113 §6.8, §8.7.
final class RefusalReader: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias InboundOut = HTTP2Frame

    /// The last stream that the server said it may have looked at; nil until it said so.
    private var lastTaken: HTTP2StreamID?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .goAway(let lastStreamID, _, _) = unwrapInboundIn(data).payload { lastTaken = lastStreamID }
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let closed = event as? StreamClosedEvent, let lastTaken, closed.streamID > lastTaken {
            let refused = StreamClosedEvent(streamID: closed.streamID, reason: .refusedStream)
            context.fireUserInboundEventTriggered(refused)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
