import TestSupport
import Testing

@testable import SMTP

/// TLS and authentication against `aiosmtpd`.
@Suite struct AuthenticationTests {
    @Test(arguments: SMTPCredentials.Mechanism.allCases, ["starttls", "tls"])
    func eachMechanismIsTakenOverEachKindOfTLS(mechanism: SMTPCredentials.Mechanism, mode: String) async throws {
        let credentials = SMTPCredentials(username: "ann", secret: "s3cret", mechanism: mechanism)
        try await withServer(mode, credentials) { peer, client in
            #expect(
                await client.send(to: "bob@example.com", "eve@example.com").map(\.summary) == ["accepted", "accepted"])
            let line = "\(mechanism.rawValue.uppercased()) me@example.com bob@example.com,eve@example.com"
            try await eventually("the message is printed") { peer.lines.contains(line) }
        }
    }

    @Test(arguments: SMTPCredentials.Mechanism.allCases)
    func wrongSecretIsToldAsSuch(mechanism: SMTPCredentials.Mechanism) async throws {
        let credentials = SMTPCredentials(username: "ann", secret: "guess", mechanism: mechanism)
        try await withServer("starttls", credentials) { peer, client in
            let results = await client.send(to: "bob@example.com")
            #expect(results.map(\.summary) == ["notSent The server answered 535 5.7.8 to authentication."])
            guard mechanism == .xoauth2 else { return }
            try await eventually("the server has our answer to its challenge") { peer.lines.contains("answer b''") }
        }
    }

    @Test func serverThatWantsCredentialsRefusesTheSender() async throws {
        try await withServer("tls", nil) { _, client in
            #expect(await client.send(to: "bob@example.com").map(\.summary) == ["530 5.7.0 sender"])
        }
    }

    @Test func certificateMustBeGoodForTheName() async throws {
        let credentials = SMTPCredentials(username: "ann", secret: "s3cret")
        for mode in ["starttls", "tls"] {
            try await withServer(mode, credentials, host: "127.0.0.1") { peer, client in
                #expect(await client.send(to: "bob@example.com") == [.notSent(.certificate)])
                #expect(!peer.lines.contains { $0.contains("example.com") })
            }
            try await withServer(mode, credentials, trusts: false) { peer, client in
                #expect(await client.send(to: "bob@example.com") == [.notSent(.certificate)])
                #expect(!peer.lines.contains { $0.contains("example.com") })
            }
        }
    }

    @Test func serverWithoutTLSIsNotTalkedTo() async throws {
        try await withServer("open", SMTPCredentials(username: "ann", secret: "s3cret")) { peer, client in
            #expect(await client.send(to: "bob@example.com") == [.notSent(.tlsNotOffered)])
        }
    }

    @Test func serverThatSpeaksInTheClearWhereTLSIsExpectedIsNotSentTo() async throws {
        try await LoopbackServer.run(framing: SMTPFraming(), reply: { _ in .silence }) { server in
            try await withClient(server.port, security: .implicit) { client in
                #expect(await client.send(to: "bob@example.com") == [.notSent(.tlsFailed)])
            }
        }
    }

    /// Says more behind its 220 than it should, in the same segment: an EHLO's answer that offers AUTH.
    static let injecting = """
        import socket, ssl, sys
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
        while True:
            connection, _ = listener.accept()
            try:
                connection.sendall(b"220 hi\\r\\n")
                if not connection.recv(4096): continue
                connection.sendall(b"250-hi\\r\\n250 STARTTLS\\r\\n")
                connection.recv(4096)
                connection.sendall(b"220 go\\r\\n250-evil\\r\\n250 AUTH PLAIN LOGIN\\r\\n")
                secure = context.wrap_socket(connection, server_side=True)
                print("secure", secure.recv(4096), flush=True)
                secure.sendall(b"250-hi\\r\\n250 PIPELINING\\r\\n")
                print("then", secure.recv(4096), flush=True)
            except OSError: pass
        """

    @Test func whatCameInTheClearBehindThe220IsForgotten() async throws {
        try await TestCertificate.withFiles { certificate, key in
            try await ForeignPeer.python(Self.injecting, [certificate, key]) { peer in
                let credentials = SMTPCredentials(username: "ann", secret: "s3cret")
                try await withClient(peer.port, host: "localhost", security: .startTLS) {
                    $0.credentials = credentials
                    $0.certificateAuthorities = certificate
                } _: { client in
                    #expect(await client.send(to: "bob@example.com") == [.notSent(.noMechanism)])
                    try await eventually("the server has seen the end") { peer.lines.contains("then b''") }
                    #expect(peer.lines.first == "secure b'EHLO localhost\\r\\n'")
                }
            }
        }
    }

    private func withServer(
        _ mode: String, _ credentials: SMTPCredentials?, host: String = "localhost", trusts: Bool = true,
        _ body: (ForeignPeer, SMTPClient) async throws -> Void
    ) async throws {
        try await TestCertificate.withFiles { certificate, key in
            try await AiosmtpdPeer.run(mode, certificate, key) { peer in
                try await withClient(peer.port, host: host, security: mode == "tls" ? .implicit : .startTLS) {
                    $0.credentials = credentials
                    if trusts { $0.certificateAuthorities = certificate }
                } _: {
                    try await body(peer, $0)
                }
            }
        }
    }
}
