import NIOCore
import NIOPosix
import Redis
import Synchronization

/// A server that says what the test wants, to the one who connects to it by TCP on this machine.
///
/// It answers the handshake by itself.
final class FakeServer: Sendable {
    /// What it says after the handshake to each piece of text; nil is silence.
    struct Behaviour: Sendable {
        let reply: @Sendable (_ connection: Int, _ text: String) -> String?

        static let silent = Behaviour { _, _ in nil }

        static func saying(_ text: String) -> Behaviour {
            Behaviour { _, _ in text }
        }

        /// - Parameter part: of what is said to it.
        static func saying(_ text: String, to part: String, otherwise other: String? = nil) -> Behaviour {
            Behaviour { _, heard in heard.contains(part) ? text : other }
        }

        /// `first` on the first connection, `text` on the others.
        static func sayingFirst(_ first: String?, then text: String) -> Behaviour {
            Behaviour { connection, _ in connection == 1 ? first : text }
        }
    }

    private struct State {
        var received: [String] = []
        var connections = 0
        var open = 0
    }

    private let state = Mutex(State())
    private let behaviour: Behaviour
    private let listener: Mutex<(any Channel)?> = Mutex(nil)

    private init(_ behaviour: Behaviour) {
        self.behaviour = behaviour
    }

    /// Runs the server while `body` runs.
    static func with(
        _ behaviour: Behaviour, _ body: (FakeServer) async throws -> Void
    ) async throws {
        let server = FakeServer(behaviour)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Conversation(server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.listener.withLock { $0 = channel }
        do {
            try await body(server)
            try await channel.close()
        } catch {
            try? await channel.close()
            throw error
        }
    }

    var port: Int { listener.withLock { $0?.localAddress?.port } ?? 0 }

    var configuration: RedisConfiguration {
        RedisConfiguration(endpoint: .tcp(host: "127.0.0.1", port: port))
    }

    /// All that came after the handshakes.
    var received: [String] { state.withLock { $0.received } }
    /// How many have connected so far.
    var connections: Int { state.withLock { $0.connections } }
    /// How many are connected now.
    var open: Int { state.withLock { $0.open } }
}

extension FakeServer {
    private final class Conversation: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let server: FakeServer
        private var number = 0
        private var hasShakenHands = false

        init(_ server: FakeServer) {
            self.server = server
        }

        func channelActive(context: ChannelHandlerContext) {
            number = server.state.withLock { state in
                state.connections += 1
                state.open += 1
                return state.connections
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            server.state.withLock { $0.open -= 1 }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: unwrapInboundIn(data))
            if hasShakenHands {
                let reply = server.behaviour.reply(number, text)
                server.state.withLock { $0.received.append(text) }
                if let reply { context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: reply)), promise: nil) }
            } else {
                hasShakenHands = true
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "+PONG\r\n")), promise: nil)
            }
        }
    }
}
