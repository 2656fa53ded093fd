import TestSupport
import Testing

@testable import SMTP

@Suite struct TimingTests {
    @Test func silenceBeforeTheGreetingSendsNothing() async throws {
        try await LoopbackServer.run(reply: { _ in .silence }) { server in
            try await withClient(server.port) { client in
                let results = await client.send(to: "ann@example.com", timeout: .milliseconds(200))
                #expect(results == [.notSent(.timeout(.greeting))])
            }
        }
    }

    /// The time is enough to get as far as the dot on any machine.
    @Test func silenceAfterTheDotIsUnknown() async throws {
        try await LoopbackServer.run(framing: SMTPFraming(), reply: { _ in .silence }) { server in
            try await withClient(server.port) { client in
                let results = await client.send(to: "ann@example.com", timeout: .seconds(3))
                #expect(results == [.unknown(.timeout(.content))])
            }
        }
    }

    @Test func phaseHasALimitOfItsOwn() async throws {
        try await LoopbackServer.run(framing: SMTPFraming(), reply: { _ in .silence }) { server in
            try await withClient(server.port, { $0.timeouts.finalDot = .milliseconds(100) }) { client in
                let results = await client.send(to: "ann@example.com", timeout: .seconds(60))
                #expect(results == [.unknown(.timeout(.content))])
            }
        }
    }

    /// Reads nothing after its 354, so that a large message stays here.
    static let stuck = """
        import socket, sys, time
        listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
        while True:
            connection, _ = listener.accept()
            try:
                connection.sendall(b"220 stuck\\r\\n")
                for answer in (b"250 stuck\\r\\n", b"250 ok\\r\\n", b"250 ok\\r\\n", b"354 go on\\r\\n"):
                    if not connection.recv(4096): break
                    connection.sendall(answer)
                else:
                    time.sleep(600)
            except OSError: pass
        """

    @Test func dotThatNeverLeftIsNotSent() async throws {
        try await ForeignPeer.python(Self.stuck, []) { peer in
            try await withClient(peer.port, { $0.timeouts.block = .milliseconds(500) }) { client in
                let text = "Subject: Hi\r\n\r\n" + String(repeating: "0123456789\r\n", count: 500_000)
                let results = await client.send(to: "ann@example.com", text: text, timeout: .seconds(60))
                #expect(results == [.notSent(.timeout(.content))])
            }
        }
    }

    @Test func idleConnectionIsClosed() async throws {
        try await LoopbackServer.run(framing: SMTPFraming(), reply: { _ in .text("250 ok\r\n") }) { server in
            try await withClient(server.port, { $0.idleTimeout = .milliseconds(50) }) { client in
                for _ in 1...2 {
                    #expect(await client.send(to: "ann@example.com").map(\.summary) == ["accepted"])
                    try await eventually("the connection is closed") { server.connections == 0 }
                }
            }
        }
    }

    @Test func whoeverFindsNoFreeConnectionHasSentNothing() async throws {
        try await LoopbackServer.run(framing: SMTPFraming(), reply: { _ in .silence }) { server in
            try await withClient(server.port, { $0.maximumConnections = 1 }) { client in
                let first = Task { await client.send(to: "ann@example.com", timeout: .seconds(60)) }
                try await eventually("the first message is there") { server.requests.count == 1 }
                let second = await client.send(to: "ann@example.com", timeout: .milliseconds(100))
                #expect(second == [.notSent(.noFreeConnection)])
                first.cancel()
                #expect(await first.value == [.unknown(.cancelled)])
            }
        }
    }

    @Test func cancellationEndsTheWaitAndFreesThePlace() async throws {
        try await LoopbackServer.run(
            framing: SMTPFraming(), reply: { $0 == 0 ? .silence : .text("250 ok\r\n") }
        ) { server in
            try await withClient(server.port, { $0.maximumConnections = 1 }) { client in
                let sending = Task { await client.send(to: "ann@example.com", timeout: .seconds(60)) }
                try await eventually("the message is there") { server.requests.count == 1 }
                let waiting = Task { await client.send(to: "bob@example.com", timeout: .seconds(60)) }
                waiting.cancel()
                #expect(await waiting.value == [.notSent(.cancelled)])
                sending.cancel()
                #expect(await sending.value == [.unknown(.cancelled)])
                #expect(await client.send(to: "ann@example.com").map(\.summary) == ["accepted"])
            }
        }
    }

    @Test func nothingIsSentAfterTheShutdown() async throws {
        try await LoopbackServer.run(framing: SMTPFraming(), reply: { _ in .text("250 ok\r\n") }) { server in
            try await withClient(server.port) { client in
                _ = await client.send(to: "ann@example.com")
                client.shutdown()
                try await eventually("the connection is closed") { server.connections == 0 }
                #expect(await client.send(to: "ann@example.com") == [.notSent(.shutDown)])
            }
        }
    }
}
