import Foundation
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import chaos

/// The bad network itself, in front of a server that says back what it hears.
@Suite(.timeLimit(.minutes(1))) struct FaultProxyTests {
    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.writeAndFlush(data, promise: nil) }
    }

    private typealias Client = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private func withProxy(_ body: (FaultProxy) async throws -> Void) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Echo()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let proxy = try await FaultProxy.start(to: .tcp(port: server.localAddress?.port ?? 0))
        try await body(proxy)
        await proxy.stop()
        try await server.close()
    }

    private func connect(_ proxy: FaultProxy) async throws -> Client {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(
            host: "127.0.0.1", port: proxy.port
        ) { channel in channel.eventLoop.makeCompletedFuture { try Client(wrappingChannelSynchronously: channel) } }
    }

    /// What comes back of each word in turn; nil where the connection ended instead.
    private func say(_ words: [String], to proxy: FaultProxy, before: (Int) async -> Void = { _ in }) async throws
        -> [String?]
    {
        let client = try await connect(proxy)
        var heard: [String?] = []
        try? await client.executeThenClose { inbound, outbound in
            var answers = inbound.makeAsyncIterator()
            for (place, word) in words.enumerated() {
                await before(place)
                try? await outbound.write(ByteBuffer(string: word))
                let answer = try? await answers.next()
                heard.append(answer.map { String(buffer: $0) })
            }
        }
        return heard
    }

    @Test func everythingPassesBothWaysWhileNothingIsWrong() async throws {
        try await withProxy { proxy in
            let heard = try await say(["one", "two"], to: proxy)
            #expect(heard == ["one", "two"])
        }
    }

    @Test func delayedBytesComeLater() async throws {
        try await withProxy { proxy in
            proxy.delay(.milliseconds(100), jitter: .milliseconds(10))
            let start = ContinuousClock.now
            let heard = try await say(["one"], to: proxy)
            #expect(heard == ["one"])
            #expect(.now - start >= .milliseconds(200))
        }
    }

    @Test func replyIsSwallowedOnceAndTheConnectionReset() async throws {
        try await withProxy { proxy in
            proxy.swallowReplies(to: "COMMIT")
            let heard = try await say(["BEGIN", "COMMIT", "BEGIN"], to: proxy)
            #expect(heard == ["BEGIN", nil, nil])
            #expect(proxy.swallowedReplies == 1)
            let again = try await say(["COMMIT"], to: proxy)
            #expect(again == ["COMMIT"])
        }
    }

    @Test func resetEndsWhatIsOpenAndNothingElse() async throws {
        try await withProxy { proxy in
            let heard = try await say(["one", "two"], to: proxy) { if $0 == 1 { proxy.reset() } }
            #expect(heard == ["one", nil])
            let again = try await say(["three"], to: proxy)
            #expect(again == ["three"])
        }
    }

    @Test(arguments: [[ProxyWay.toServer], [.toClient], [.toServer, .toClient]])
    func blackholeSwallowsUntilItIsHealedAndThenTheGapEndsTheConnection(ways: [ProxyWay]) async throws {
        try await withProxy { proxy in
            proxy.blackhole(Set(ways))
            let client = try await connect(proxy)
            try? await client.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: "one"))
                try await eventually("the bytes are gone") { proxy.hasGaps }
                proxy.heal()
                var answers = inbound.makeAsyncIterator()
                let answer = try? await answers.next()
                #expect(answer == nil)
            }
            let again = try await say(["two"], to: proxy)
            #expect(again == ["two"])
        }
    }

    @Test func newConnectionsGoWhereTheProxyLeadsNow() async throws {
        try await withProxy { proxy in
            proxy.lead(to: .unix("/nowhere/socket"))
            let nowhere = try await say(["one"], to: proxy)
            #expect(nowhere == [nil])
        }
    }
}
