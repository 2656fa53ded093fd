import Foundation
import NIOCore
import NIOPosix
import TestSupport
import Testing

/// A connection on which a test says what it likes, byte by byte.
final class RawConnection {
    private var pieces: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    /// What came and was not yet taken.
    private var received = ""

    private init(
        _ pieces: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.pieces = pieces
        self.outbound = outbound
    }

    /// Runs a body with a new connection.
    static func open(to port: Int, _ body: (RawConnection) async throws -> Void) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await channel.executeThenClose { inbound, outbound in
            try await body(RawConnection(inbound.makeAsyncIterator(), outbound))
        }
    }

    func send(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    /// Lines, each ended by CR LF.
    func send(lines: String...) async throws {
        try await send(lines.map { "\($0)\r\n" }.joined())
    }

    /// Reads until there is this text and returns all up to its end; nil when the server closes first.
    func read(through text: String) async throws -> String? {
        while true {
            if let end = received.range(of: text)?.upperBound {
                defer { received = String(received[end...]) }
                return String(received[..<end])
            }
            guard let piece = try await pieces.next() else { return nil }
            received += String(buffer: piece)
        }
    }

    /// The next answer's head and its body, by its `Content-Length`; nil when the server closes first.
    func answer() async throws -> RawAnswer? {
        guard let head = try await read(through: "\r\n\r\n") else { return nil }
        var answer = RawAnswer(head: head)
        guard answer.length > 0, answer.status >= 200 else { return answer }
        while received.utf8.count < answer.length, let piece = try await pieces.next() {
            received += String(buffer: piece)
        }
        answer.body = String(decoding: received.utf8.prefix(answer.length), as: UTF8.self)
        received = String(decoding: received.utf8.dropFirst(answer.length), as: UTF8.self)
        return answer
    }

    /// Whether the server closes in good order, without a reset and with nothing more to say.
    func closes() async throws -> Bool {
        while received.isEmpty, let piece = try await pieces.next() { received += String(buffer: piece) }
        return received.isEmpty
    }
}

struct RawAnswer {
    var head: String
    var body = ""

    init(head: String) { self.head = head }

    var status: Int { Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0 }
    var length: Int { self["content-length"].flatMap { Int($0) } ?? 0 }

    subscript(_ name: String) -> String? {
        head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("\(name): ") }
            .map { String($0.dropFirst(name.count + 2)) }
    }
}
