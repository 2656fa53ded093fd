import NIOCore

/// Turns what the socket delivers into replies, and its end into the end of the connection.
final class RedisChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let connection: RedisConnection
    private let reader = ReplyReader()

    init(_ connection: RedisConnection) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        reader.feed(unwrapInboundIn(data))
        var replies: [RedisValue] = []
        do throws(RedisError) {
            while let reply = try reader.next() { replies.append(reply) }
            connection.receive(replies)
        } catch {
            // What came before the garbage is still good.
            connection.receive(replies)
            connection.close(.garbage)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.close(.lost)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.close(CloseCause(error))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case IdleStateHandler.IdleStateEvent.read = event { connection.becameIdle() }
        context.fireUserInboundEventTriggered(event)
    }
}
