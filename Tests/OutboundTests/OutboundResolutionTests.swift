import Synchronization
import TestSupport
import Testing

@testable import Outbound

@Suite struct OutboundResolutionTests {
    @Test func localhostIsRefusedUnlessAllowed() async throws {
        let ok = "HTTP/1.1 204 No Content\r\n\r\n"
        try await LoopbackServer.run(reply: { _ in .text(ok) }) { server in
            try await withOutbound { client in
                let result = await client.post("https://localhost:\(server.port)/")
                #expect(result == .failure(.notSent(.addressRefused)))
            }
            #expect(server.requests.isEmpty)
            try await withOutbound(allowing: ["localhost"]) { client in
                #expect(await client.post("http://localhost:\(server.port)/").status == 204)
            }
        }
    }

    @Test func nameThatLeadsInsideIsRefused() async throws {
        try await withOutbound(lookup: { _ in addresses("8.8.8.8", "10.0.0.1") }) { client in
            #expect(await client.post("https://hooks.test/") == .failure(.notSent(.addressRefused)))
        }
    }

    @Test func everyAttemptAsksAgain() async throws {
        let answers = Mutex([addresses("127.0.0.1"), addresses("10.0.0.1")])
        let ok = "HTTP/1.1 204 No Content\r\n\r\n"
        try await LoopbackServer.run(reply: { _ in .text(ok) }) { server in
            let lookup: Resolver.Lookup = { _ in answers.withLock { $0.isEmpty ? [] : $0.removeFirst() } }
            try await withOutbound(
                allowing: ["127.0.0.1"], lookup: lookup, configure: { $0.connectTimeout = .milliseconds(200) }
            ) { client in
                let url = "https://hooks.test:\(server.port)/"
                #expect(await client.post(url) == .failure(.notSent(.connectFailed)))
                #expect(await client.post(url) == .failure(.notSent(.addressRefused)))
                #expect(await client.post(url) == .failure(.notSent(.nameNotResolved)))
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func urlThatBreaksARuleIsNotResolved() async throws {
        try await withOutbound(lookup: { _ in
            Issue.record("It was resolved")
            return []
        }) { client in
            #expect(await client.post("http://example.com/") == .failure(.notSent(.urlRefused)))
            #expect(await client.post("https://10.0.0.1/") == .failure(.notSent(.addressRefused)))
        }
    }

    @Test func silentNameServerEndsAtTheDeadline() async throws {
        let gate = Gate()
        defer { gate.open() }
        try await withOutbound(lookup: { _ in gate.wait() }) { client in
            let result = await client.post("https://hooks.test/", timeout: .milliseconds(100))
            #expect(result == .failure(.notSent(.timeout)))
            gate.open()
        }
    }

    @Test func shutdownDoesNotWaitForASilentNameServer() async throws {
        let gate = Gate()
        defer { gate.open() }
        try await withOutbound(lookup: { _ in gate.wait() }) { client in
            let sending = Task { await client.post("https://hooks.test/", timeout: .seconds(1)) }
            try await eventually("the lookup has begun") { gate.isWaitedFor }
            await client.shutdown()
            #expect(await client.post("https://other.test/") == .failure(.notSent(.shutDown)))
            #expect(await sending.value == .failure(.notSent(.timeout)))
        }
    }

    @Test func cancellationEndsALookup() async throws {
        let gate = Gate()
        defer { gate.open() }
        try await withOutbound(lookup: { _ in gate.wait() }) { client in
            let sending = Task { await client.post("https://hooks.test/", timeout: .seconds(60)) }
            try await eventually("the lookup has begun") { gate.isWaitedFor }
            sending.cancel()
            #expect(await sending.value == .failure(.notSent(.cancelled)))
            gate.open()
        }
    }
}
