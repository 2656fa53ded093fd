import NIOCore
import NIOPosix
public import NIOSSL
import Synchronization

/// A server on 127.0.0.1 that answers in bytes, so that it can misbehave in ways no HTTP server would.
public final class LoopbackServer: Sendable {
    public enum Reply: Sendable {
        case text(String)
        case textThenClose(String)
        /// The text, then these bytes again and again for as long as somebody reads.
        case endless(String, chunk: String, pause: Duration)
        /// Nothing, for as long as the client stays.
        case silence
        case close
    }

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    public let port: Int
    private let recorded = Mutex<[String]>([])
    private let openConnections = Mutex(0)

    /// The requests that came whole, in their order.
    public var requests: [String] { recorded.withLock { $0 } }
    public var connections: Int { openConnections.withLock { $0 } }

    private init(port: Int) { self.port = port }

    /// Runs a server around the body. It answers the requests, which are numbered from 0.
    public static func run<Result: Sendable>(
        tls: NIOSSLContext? = nil, framing: any Framing = HTTPFraming(), reply: @escaping @Sendable (Int) -> Reply,
        _ body: (LoopbackServer) async throws -> Result
    ) async throws -> Result {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        let server = LoopbackServer(port: listener.channel.localAddress?.port ?? 0)
        return try await listener.executeThenClose { connections in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await withThrowingDiscardingTaskGroup { peers in
                        for try await connection in connections {
                            peers.addTask { await server.serve(connection, framing: framing, reply: reply) }
                        }
                    }
                }
                defer { group.cancelAll() }
                return try await body(server)
            }
        }
    }

    /// A client that goes away, or is cut off, ends a connection with an error; that is what the tests are about.
    private func serve(_ connection: Connection, framing: any Framing, reply: @Sendable (Int) -> Reply) async {
        openConnections.withLock { $0 += 1 }
        defer { openConnections.withLock { $0 -= 1 } }
        try? await connection.executeThenClose { inbound, outbound in
            var framing = framing
            if !framing.greeting.isEmpty { try await outbound.write(ByteBuffer(string: framing.greeting)) }
            var received = ""
            for try await bytes in inbound {
                received += String(buffer: bytes)
                while let piece = framing.next(in: &received) {
                    switch piece {
                    case .formality(let answer): try await outbound.write(ByteBuffer(string: answer))
                    case .request(let request):
                        guard try await send(reply(record(request)), to: outbound) else { return }
                    }
                }
            }
        }
    }

    /// Returns the request's number.
    private func record(_ request: String) -> Int {
        recorded.withLock { requests in
            requests.append(request)
            return requests.count - 1
        }
    }

    /// Returns whether the connection stays open.
    private func send(_ reply: Reply, to outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws -> Bool {
        switch reply {
        case .text(let text): try await outbound.write(ByteBuffer(string: text))
        case .textThenClose(let text):
            try await outbound.write(ByteBuffer(string: text))
            return false
        case .endless(let text, let chunk, let pause):
            try await outbound.write(ByteBuffer(string: text))
            while true {
                try await outbound.write(ByteBuffer(string: chunk))
                try await Task.sleep(for: pause)
            }
        case .silence: break
        case .close: return false
        }
        return true
    }
}
