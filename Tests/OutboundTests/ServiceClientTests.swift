import HTTPTypes
import NIOPosix
import TestSupport
import Testing

@testable import Outbound

@Suite struct ServiceClientTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

    @Test func serviceOnThisMachineNeedsNoExemption() async throws {
        try await LoopbackServer.run(reply: { _ in .text(Self.ok) }) { server in
            try await withOutbound { client in
                for _ in 0..<3 { #expect(await client.services.get(":\(server.port)/a").status == 200) }
                #expect(server.connections == 1)
            }
            #expect(server.requests.count == 3)
        }
    }

    @Test func deadlineIsKept() async throws {
        try await LoopbackServer.run(reply: { _ in .silence }) { server in
            try await withOutbound { client in
                let result = await client.services.get(":\(server.port)/", timeout: .milliseconds(500))
                #expect(result == .failure(.unknown(.timeout)))
            }
        }
    }

    @Test func nothingIsSentAfterShutdown() async throws {
        try await LoopbackServer.run(reply: { _ in .text(Self.ok) }) { server in
            try await withOutbound { client in
                await client.shutdown()
                #expect(await client.services.get(":\(server.port)/") == .failure(.notSent(.shutDown)))
            }
        }
    }

    @Test func requestsShareConnectionsOfHTTP2() async throws {
        try await withH2 { peer, client in
            let answers = await withTaskGroup { group in
                for number in 0..<50 { group.addTask { await client.get("\(peer.port)/ok/\(number)") } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 50 && answers.allSatisfy { $0.status == 200 })
            #expect(answers.allSatisfy { (try? $0.get().body) == Array("hi".utf8) })
            try await eventually("all are told") { peer.lines.count == 50 }
            #expect(Set(peer.lines.map { $0.prefix { $0 != " " } }).count <= 8)
        }
    }

    @Test func manyRequestsShareAFewConnections() async throws {
        try await withH2 { peer, client in
            try await withThrowingTaskGroup { group in
                for _ in 0..<150 { group.addTask { _ = await client.get("\(peer.port)/hold") } }
                try await eventually("all are under way") { peer.lines.count == 150 }
                group.cancelAll()
            }
            let connections = Set(peer.lines.map { $0.prefix { $0 != " " } }).count
            let lanes = MultiThreadedEventLoopGroup.singleton.makeIterator().prefix(ServiceClient.maximumLanes)
            // Those that were begun before the first one said that it is HTTP/2 may be used too.
            #expect(connections >= min(3, lanes.reduce(0) { n, _ in n + 1 }) && connections <= 32)
        }
    }

    /// The others wait for their turn on the one connection.
    @Test func noMoreRequestsAreUnderWayThanTheServerAllows() async throws {
        try await withH2(streams: 1) { peer, client in
            let answers = await withTaskGroup { group in
                for number in 0..<10 { group.addTask { await client.get("\(peer.port)/ok/\(number)") } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 10 && answers.allSatisfy { $0.status == 200 })
        }
    }

    @Test func serverWithoutHTTP2IsSentNothingWhereThatIsNeeded() async throws {
        try await TestCertificateFiles.with { files in
            try await LoopbackServer.run(tls: files.serverContext(), reply: { _ in .text(Self.ok) }) { server in
                try await withOutbound(configure: { $0.certificateAuthorities = files.authority }) { client in
                    let answers = await withTaskGroup { group in
                        for _ in 0..<20 { group.addTask { await client.http2Services.get("\(server.port)/") } }
                        return await group.reduce(into: []) { $0.append($1) }
                    }
                    #expect(answers == Array(repeating: .failure(.notSent(.noHTTP2)), count: 20))
                    try await eventually("all connections are closed") { server.connections == 0 }
                    #expect(server.requests.isEmpty)
                    #expect(await client.services.get("\(server.port)/").status == 200)
                }
            }
        }
    }

    /// What the server says it did not look at was not sent, though it left; what it broke off is unknown.
    @Test(arguments: [
        ("refuse", OutboundError.notSent(.requestRefused)), ("goaway", .notSent(.requestRefused)),
        ("reset", .unknown(.connectionLost)), ("cancel", .unknown(.connectionLost)),
        ("later", .unknown(.connectionLost)), ("die", .unknown(.connectionLost)),
    ])
    func requestThatTheServerDidNotTakeIsNotSent(path: String, error: OutboundError) async throws {
        try await withH2 { peer, client in
            let answer = await client.get("\(peer.port)/\(path)")
            #expect(answer == .failure(error))
            // A connection that broke without a word may be noticed only by the next request.
            try await eventually("the next is answered") { await client.get("\(peer.port)/ok").status == 200 }
        }
    }

    @Test(arguments: [
        ("https://fcm.googleapis.com", "https://fcm.googleapis.com:443/a"),
        ("https://relay.internal:8443/push/", "https://relay.internal:8443/push/a"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/a"), ("http://[::1]:8080/", "http://[::1]:8080/a"),
        ("http://localhost/x", "http://localhost:80/x/a"), ("https://10.0.0.1", "https://10.0.0.1:443/a"),
    ])
    func serviceUrlTakesAPath(text: String, whole: String) throws {
        #expect(try ServiceURL(text).appending("/a") == whole)
    }

    @Test(arguments: [
        ("http://fcm.googleapis.com", OutboundRefusal.scheme), ("http://10.0.0.1", .scheme), ("ftp://a", .scheme),
        ("https://a?b=c", .malformed), ("https://user:secret@a", .userInfo), ("nonsense", .malformed),
    ])
    func credentialsDoNotTravelInClear(text: String, refusal: OutboundRefusal) {
        #expect(throws: refusal) { try ServiceURL(text) }
    }

    @Test(arguments: [
        ("https://Push.example.com/a/b?c", "https://push.example.com"), ("https://a.com:443/", "https://a.com"),
        ("https://a.com:8443/", "https://a.com:8443"), ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443"), ("a.com", nil),
    ])
    func originHasNoPortThatGoesWithoutSaying(url: String, origin: String?) {
        #expect(WebOrigin.text(of: url) == origin)
    }

    private func withH2(
        streams: Int = 100, _ body: (ForeignPeer, ServiceClient) async throws -> Void
    ) async throws {
        try await TestCertificateFiles.with { files in
            try await H2Peer.run(files, streams: streams) { peer in
                try await withOutbound(configure: { $0.certificateAuthorities = files.authority }) { client in
                    try await body(peer, client.services)
                }
            }
        }
    }
}

extension ServiceClient {
    /// - Parameter place: `:port/path` for http at 127.0.0.1, `port/path` for https at localhost.
    fileprivate func get(
        _ place: String, timeout: Duration = .seconds(10)
    ) async -> Result<OutboundResponse, OutboundError> {
        let url = place.hasPrefix(":") ? "http://127.0.0.1\(place)" : "https://localhost:\(place)"
        do {
            return .success(try await send(OutboundRequest(method: .get, url: url), timeout: timeout))
        } catch {
            return .failure(error)
        }
    }
}
