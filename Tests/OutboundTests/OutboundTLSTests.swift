import TestSupport
import Testing

@testable import Outbound

@Suite struct OutboundTLSTests {
    private static let ok = "HTTP/1.1 204 No Content\r\n\r\n"
    private static let lookup: Resolver.Lookup = { _ in addresses("127.0.0.1") }

    @Test func certificateIsCheckedAgainstTheName() async throws {
        let tls = try TestCertificates.serverContext()
        try await LoopbackServer.run(tls: tls, reply: { _ in .text(Self.ok) }) { server in
            try await TestCertificates.withAuthorityFile { path in
                try await withOutbound(
                    allowing: ["127.0.0.1"], lookup: Self.lookup, configure: { $0.certificateAuthorities = path }
                ) { client in
                    #expect(await client.post("https://hooks.test:\(server.port)/").status == 204)
                    let other = await client.post("https://other.test:\(server.port)/")
                    #expect(other == .failure(.notSent(.certificate)))
                    let bare = await client.post("https://127.0.0.1:\(server.port)/")
                    #expect(bare == .failure(.notSent(.certificate)))
                }
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func unknownAuthorityIsRefused() async throws {
        let tls = try TestCertificates.serverContext()
        try await LoopbackServer.run(tls: tls, reply: { _ in .text(Self.ok) }) { server in
            try await withOutbound(allowing: ["127.0.0.1"], lookup: Self.lookup) { client in
                let result = await client.post("https://hooks.test:\(server.port)/")
                #expect(result == .failure(.notSent(.certificate)))
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func serverThatSpeaksSomethingElseIsNotSentTo() async throws {
        try await LoopbackServer.run(
            framing: HTTPFraming(greeting: "220 mail.test ESMTP\r\n"), reply: { _ in .silence }
        ) { server in
            try await withOutbound(allowing: ["127.0.0.1"], lookup: Self.lookup) { client in
                let result = await client.post("https://hooks.test:\(server.port)/")
                #expect(result == .failure(.notSent(.tlsFailed)))
            }
        }
    }

    @Test func serverThatNeverShakesHandsIsGivenUp() async throws {
        try await LoopbackServer.run(reply: { _ in .silence }) { server in
            try await withOutbound(
                allowing: ["127.0.0.1"], lookup: Self.lookup, configure: { $0.connectTimeout = .milliseconds(200) }
            ) { client in
                let result = await client.post("https://hooks.test:\(server.port)/")
                #expect(result == .failure(.notSent(.connectFailed)))
            }
        }
    }
}
