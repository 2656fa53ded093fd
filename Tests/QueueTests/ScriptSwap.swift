import Foundation
import NIOCore
import NIOPosix

/// A way to Redis on which a script that is called for by its digest is swapped for another one.
enum ScriptSwap {
    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Runs the body with a port of 127.0.0.1 that leads to the server.
    /// - Parameter digests: of the scripts to run instead, by those of the scripts called for. The server knows them.
    static func run<Result: Sendable>(
        before socketPath: String, digests: [String: String], _ body: (Int) async throws -> Result
    ) async throws -> Result {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { wrap($0) }
        let port = listener.channel.localAddress?.port ?? 0
        return try await listener.executeThenClose { clients in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await withThrowingDiscardingTaskGroup { connections in
                        for try await client in clients {
                            // A client that goes away ends its connection with an error, and nothing else.
                            connections.addTask { try? await serve(client, socketPath, digests) }
                        }
                    }
                }
                defer { group.cancelAll() }
                return try await body(port)
            }
        }
    }

    private static func wrap(_ channel: any Channel) -> EventLoopFuture<Connection> {
        channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
    }

    private static func serve(_ client: Connection, _ socketPath: String, _ digests: [String: String]) async throws {
        let server = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(unixDomainSocketPath: socketPath) { wrap($0) }
        try await client.executeThenClose { requests, toClient in
            try await server.executeThenClose { replies, toServer in
                try await withThrowingTaskGroup(of: Void.self) { ways in
                    ways.addTask {
                        var text = Data()
                        for try await bytes in requests {
                            text.append(contentsOf: bytes.readableBytesView)
                            try await toServer.write(ByteBuffer(bytes: takeLines(from: &text, digests)))
                        }
                    }
                    ways.addTask { for try await bytes in replies { try await toClient.write(bytes) } }
                    try await ways.next()
                    ways.cancelAll()
                }
            }
        }
    }

    /// Every command ends with a line's end, and no digest contains one: so none is missed between two pieces.
    private static func takeLines(from text: inout Data, _ digests: [String: String]) -> Data {
        guard let end = text.range(of: Data("\r\n".utf8), options: .backwards)?.upperBound else { return Data() }
        var lines = Data(text[..<end])
        text = Data(text[end...])
        for (digest, other) in digests {
            while let place = lines.range(of: Data(digest.utf8)) {
                lines.replaceSubrange(place, with: Data(other.utf8))
            }
        }
        return lines
    }
}
