import TestSupport
import Testing

@testable import SMTP

/// A server that takes a connection and ends it before a word was said. Who is quicker, it or we, must not matter.
@Suite struct HangUpTests {
    /// Its argument says how: by a reset, or in good order.
    static let server = """
        import socket, struct, sys
        listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
        while True:
            connection, _ = listener.accept()
            if sys.argv[2] == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        """

    @Test(arguments: ["reset", "close"], ["127.0.0.1", "localhost"])
    func connectionThatEndsAtOnceBrokeBeforeTheGreeting(how: String, host: String) async throws {
        try await ForeignPeer.python(Self.server, [how]) { peer in
            try await withClient(peer.port, host: host) { client in
                for _ in 1...50 {
                    #expect(await client.send(to: "ann@example.com") == [.notSent(.connectionLost(.greeting))])
                }
            }
        }
    }
}
