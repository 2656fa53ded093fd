import NIOCore
import NIOEmbedded
import Testing

@testable import Outbound

@Suite struct FlushGathererTests {
    private let channel = EmbeddedChannel()
    private let counter = FlushCounter()

    init() throws {
        try channel.pipeline.syncOperations.addHandlers(counter, FlushGatherer())
    }

    @Test func flushesOfOneTurnBecomeOne() throws {
        for number in 0..<3 { channel.writeAndFlush(ByteBuffer(integer: UInt8(number)), promise: nil) }
        #expect(counter.flushes == 0)
        channel.embeddedEventLoop.run()
        #expect(counter.flushes == 1)
        let sent = try (0..<3).map { _ in
            try channel.readOutbound(as: ByteBuffer.self)?.getInteger(at: 0, as: UInt8.self)
        }
        #expect(sent == [0, 1, 2])
        channel.embeddedEventLoop.run()
        #expect(counter.flushes == 1)
    }

    @Test func eachTurnHasItsFlush() {
        for turn in 1...3 {
            channel.writeAndFlush(ByteBuffer(integer: UInt8(turn)), promise: nil)
            channel.embeddedEventLoop.run()
            #expect(counter.flushes == turn)
        }
    }

    @Test func whatWasFlushedLeavesBeforeTheEnd() throws {
        channel.writeAndFlush(ByteBuffer(string: "goaway"), promise: nil)
        channel.close(promise: nil)
        #expect(counter.heard == ["flush", "close"])
        #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: "goaway"))
    }
}

/// What reaches the network's side.
private final class FlushCounter: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    private(set) var heard: [String] = []
    var flushes: Int { heard.count { $0 == "flush" } }

    func flush(context: ChannelHandlerContext) {
        heard.append("flush")
        context.flush()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        heard.append("close")
        context.close(mode: mode, promise: promise)
    }
}
