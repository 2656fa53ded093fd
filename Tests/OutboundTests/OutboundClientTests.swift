import HTTPTypes
import Synchronization
import TestSupport
import Testing

@testable import Outbound

@Suite struct OutboundClientTests {
    private static let ok = "HTTP/1.1 200 OK\r\nX-Note: a\r\nContent-Length: 2\r\n\r\nhi"
    /// Long enough to hand over a request on a busy machine.
    private static let brief = Duration.seconds(3)

    @Test func answerComesBackWhole() async throws {
        try await LoopbackServer.run(reply: { _ in .text(Self.ok) }) { server in
            try await withOutbound(allowing: ["127.0.0.1"]) { client in
                let request = OutboundRequest(
                    method: .post, url: "http://127.0.0.1:\(server.port)/a?b=c", headers: ["X-One": "1"],
                    body: Array("{}".utf8))
                let response = try await client.send(request, timeout: .seconds(10))
                let name = try #require(HTTPField.Name("X-Note"))
                let expected = OutboundResponse(
                    status: 200, headers: [name: "a", .contentLength: "2"], body: Array("hi".utf8), isTruncated: false)
                #expect(response == expected)
            }
            let head = "POST /a?b=c HTTP/1.1\r\nX-One: 1\r\nhost: 127.0.0.1:\(server.port)\r\n"
            #expect(server.requests == [head + "Content-Length: 2\r\n\r\n{}"])
        }
    }

    @Test func nameIsKeptForTheHostHeaderWhileTheCheckedAddressIsDialled() async throws {
        try await LoopbackServer.run(reply: { _ in .text(Self.ok) }) { server in
            try await withOutbound(allowing: ["hooks.test"], lookup: { _ in addresses("127.0.0.1") }) { client in
                #expect(await client.post("http://Hooks.test:\(server.port)/").status == 200)
            }
            #expect(server.requests.count == 1)
            #expect(server.requests.first?.contains("\r\nhost: hooks.test:\(server.port)\r\n") == true)
        }
    }

    @Test func nextAddressIsTriedWhenOneIsDead() async throws {
        try await LoopbackServer.run(reply: { _ in .text(Self.ok) }) { server in
            let lookup: Resolver.Lookup = { _ in addresses("127.0.0.2", "::1", "127.0.0.1") }
            try await withOutbound(allowing: ["hooks.test"], lookup: lookup) { client in
                #expect(await client.post("http://hooks.test:\(server.port)/").status == 200)
            }
        }
    }

    @Test func redirectIsAnAnswerAndNotFollowed() async throws {
        let reply = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
        try await LoopbackServer.run(reply: { _ in .text(reply) }) { server in
            try await withOutbound(allowing: ["127.0.0.1"]) { client in
                #expect(await client.post("http://127.0.0.1:\(server.port)/").status == 302)
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func oversizedReplyIsCutAndItsConnectionDropped() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
        let chunk = String(repeating: "x", count: 10_000)
        try await LoopbackServer.run(reply: { _ in .endless(head, chunk: chunk, pause: .zero) }) { server in
            try await withOutbound(allowing: ["127.0.0.1"]) { client in
                let response = try await client.post("http://127.0.0.1:\(server.port)/").get()
                #expect(response.status == 200)
                #expect(response.isTruncated)
                #expect(response.body.count == 64 * 1024)
                try await eventually("the connection is dropped") { server.connections == 0 }
            }
        }
    }

    @Test func slowDripEndsAtTheDeadlineWithItsStatus() async throws {
        let head = "HTTP/1.1 202 Accepted\r\nContent-Length: 1000000\r\n\r\n"
        try await LoopbackServer.run(reply: { _ in .endless(head, chunk: "x", pause: .milliseconds(20)) }) { server in
            try await withOutbound(allowing: ["127.0.0.1"]) { client in
                let start = ContinuousClock.now
                let result = await client.post("http://127.0.0.1:\(server.port)/", timeout: Self.brief)
                #expect(start.duration(to: .now) < .seconds(30))
                let response = try result.get()
                #expect(response.status == 202)
                #expect(response.isTruncated)
            }
        }
    }

    @Test(arguments: [
        (LoopbackServer.Reply.silence, OutboundError.unknown(.timeout)),
        (.close, .unknown(.connectionLost)),
        (.text("HTTP/1.1 200 OK\r\n"), .unknown(.timeout)),
        (.textThenClose("HTTP/1.1 200 OK\r\n"), .unknown(.malformedReply)),
        (.text("SSH-2.0-OpenSSH_9.6\r\n\r\n"), .unknown(.malformedReply)),
    ])
    func noAnswerAfterTheRequestLeftIsUnknown(reply: LoopbackServer.Reply, error: OutboundError) async throws {
        try await LoopbackServer.run(reply: { _ in reply }) { server in
            try await withOutbound(allowing: ["127.0.0.1"]) { client in
                let result = await client.post("http://127.0.0.1:\(server.port)/", timeout: Self.brief)
                #expect(result == .failure(error))
            }
            #expect(server.requests.count == 1)
        }
    }

    /// Nobody listens on port 1; one that was just freed may by now be another test's.
    @Test func closedPortIsNotSent() async throws {
        try await withOutbound(allowing: ["127.0.0.1"]) { client in
            #expect(await client.post("http://127.0.0.1:1/") == .failure(.notSent(.connectFailed)))
        }
    }

    @Test func cancellationIsPromptAndSaysThatTheRequestLeft() async throws {
        try await LoopbackServer.run(reply: { _ in .silence }) { server in
            try await withOutbound(allowing: ["127.0.0.1"]) { client in
                let sending = Task { await client.post("http://127.0.0.1:\(server.port)/", timeout: .seconds(60)) }
                try await eventually("the request arrives") { server.requests.count == 1 }
                sending.cancel()
                #expect(await sending.value == .failure(.unknown(.cancelled)))
            }
        }
    }

    @Test func connectionIsUsedAgain() async throws {
        try await LoopbackServer.run(reply: { _ in .text(Self.ok) }) { server in
            try await withOutbound(allowing: ["127.0.0.1"]) { client in
                for _ in 0..<3 { _ = try await client.post("http://127.0.0.1:\(server.port)/").get() }
                #expect(server.connections == 1)
            }
        }
    }

    @Test func connectionsOfHostsBeyondTheLimitAreClosed() async throws {
        try await LoopbackServer.run(reply: { _ in .text(Self.ok) }) { server in
            try await withOutbound(
                allowing: ["a.test", "b.test", "c.test", "d.test"], lookup: { _ in addresses("127.0.0.1") },
                configure: { $0.maximumIdleHosts = 2 }
            ) { client in
                for name in ["a", "b", "c", "d"] {
                    _ = try await client.post("http://\(name).test:\(server.port)/").get()
                }
                try await eventually("two connections are left") { server.connections == 2 }
            }
        }
    }

    @Test func nothingIsSentAfterShutdown() async throws {
        try await LoopbackServer.run(reply: { _ in .text(Self.ok) }) { server in
            try await withOutbound(allowing: ["127.0.0.1"]) { client in
                await client.shutdown()
                #expect(await client.post("http://127.0.0.1:\(server.port)/") == .failure(.notSent(.shutDown)))
            }
            #expect(server.requests.isEmpty)
        }
    }
}
