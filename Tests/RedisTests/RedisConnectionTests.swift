import LocalServers
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Redis

@Suite struct RedisConnectionTests {
    @Test func killedServerFailsWhatIsInFlightAndServesAgainAfterItsRestart() async throws {
        try await withOwnRedis { redis in
            let configuration = try RedisConfiguration(url: redis.url)
            try await withClient(configuration) { client in
                try await withClient(configuration) { observer in
                    let popped = Task {
                        try await client.execute(RedisCommand("BLPOP", "queue", "0"), deadline: .seconds(60))
                    }
                    try await eventually("the command hangs in the server") {
                        try await observer.blockedClients() == 1
                    }
                    await redis.kill()
                    await #expect(throws: RedisError.connectionLost(sent: true)) { try await popped.value }
                    async let waiting = client.execute(RedisCommand("ECHO", "back"), deadline: .seconds(60))
                    try await redis.restart()
                    #expect(try await waiting.string == "back")
                    #expect(
                        try await observer.execute(RedisCommand("ECHO", "too"), deadline: .seconds(60)).string == "too")
                }
            }
        }
    }

    @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n", "$-7\r\n", "+OK\r\n+OK\r\n"])
    func garbageEndsTheConnection(_ garbage: String) async throws {
        try await FakeServer.with(.sayingFirst(garbage, then: "+OK\r\n")) { server in
            try await withClient(server.configuration) { client in
                _ = try? await client.execute(RedisCommand("FIRST"))
                try await eventually("the first connection is replaced") {
                    server.connections == 2 && server.open == 1
                }
                #expect(try await client.execute(RedisCommand("NEXT")) == .simple("OK"))
            }
        }
    }

    @Test func garbageFailsTheCommandThatWaits() async throws {
        try await FakeServer.with(.saying("?\r\n")) { server in
            try await withClient(server.configuration) { client in
                await #expect(throws: RedisError.protocolViolation) { try await client.execute(RedisCommand("FIRST")) }
            }
        }
    }

    @Test func replyBeforeTheGarbageIsStillGood() async throws {
        try await FakeServer.with(.saying("+A\r\n?\r\n")) { server in
            try await withClient(server.configuration) { client in
                let reply = try await client.execute(RedisCommand("FIRST"))
                #expect(reply == .simple("A"))
                try await eventually("the connection is replaced") { server.connections == 2 && server.open == 1 }
            }
        }
    }

    @Test func connectionThatIsJustClosedIsReplacedUnnoticed() async throws {
        try await FakeServer.with(.saying("+OK\r\n")) { server in
            let link = RedisLink(
                server.configuration, logger: quiet, eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
            let soon = NIODeadline.now() + .seconds(60)
            // The news of the closed socket takes its time, so most rounds get the closed connection once more.
            for _ in 0..<20 {
                try await link.connection(until: soon).close()
                let replies = try await link.send([RedisCommand("NEXT")], connectBy: soon, answerBy: soon)
                #expect(replies == [.simple("OK")])
            }
            link.close()
        }
    }

    @Test func connectsByTCPWithPasswordAndDatabase() async throws {
        try await ReservedPort.with { port in
            try await withOwnRedis(port: port) { redis in
                try await withClient(RedisConfiguration(url: redis.url)) { admin in
                    _ = try await admin.execute(
                        RedisCommand("ACL", "SETUSER", "ann", "on", ">p@ss", "~*", "+@all"))
                    _ = try await admin.execute(RedisCommand("CONFIG", "SET", "requirepass", "open sesame"))
                    try await withClient(RedisConfiguration(url: "redis://:open%20sesame@127.0.0.1:\(port)/3")) {
                        client in
                        _ = try await client.execute(RedisCommand("SET", "here", "3"))
                    }
                    try await withClient(RedisConfiguration(url: "redis://ann:p%40ss@127.0.0.1:\(port)/3")) { client in
                        let replies = try await client.pipeline([
                            .command(RedisCommand("GET", "here")), .command(RedisCommand("ACL", "WHOAMI")),
                        ])
                        #expect(replies.map(\.string) == ["3", "ann"])
                    }
                    #expect(try await admin.execute(RedisCommand("GET", "here")) == .null, "it is in another database")
                }
            }
        }
    }

    @Test func wrongPasswordIsTheReasonWhyThereIsNoConnection() async throws {
        try await withOwnRedis { redis in
            var configuration = try RedisConfiguration(url: redis.url)
            try await withClient(configuration) { admin async throws in
                _ = try await admin.execute(RedisCommand("CONFIG", "SET", "requirepass", "right"))
                configuration.password = "wrong"
                try await withClient(configuration) { client in
                    let error = await #expect(throws: RedisError.self) {
                        try await client.execute(RedisCommand("PING"), deadline: .milliseconds(500))
                    }
                    guard case .notConnected(last: .reply(prefix: "WRONGPASS", message: _)) = error else {
                        Issue.record("not the reason: \(String(describing: error))")
                        return
                    }
                }
                try await eventually("no refused connection is left open") {
                    let list = try await admin.execute(RedisCommand("CLIENT", "LIST")).string
                    return list?.split(whereSeparator: \.isNewline).count == 1
                }
            }
        }
    }

    @Test func shutDownClientRefusesAndFailsWhatIsInFlight() async throws {
        try await FakeServer.with(.silent) { server in
            let client = RedisClient(configuration: server.configuration, logger: quiet)
            let pending = Task { try await client.execute(RedisCommand("SLOW"), deadline: .seconds(60)) }
            try await eventually("it is in flight") { server.received.count == 1 }
            await client.shutdown()
            await #expect(throws: RedisError.connectionLost(sent: true)) { try await pending.value }
            await #expect(throws: RedisError.closed) { try await client.execute(RedisCommand("PING")) }
            try await eventually("the socket is closed") { server.open == 0 }
        }
    }

    @Test func serviceConnectsEarlyAndClosesWhenItIsCancelled() async throws {
        try await FakeServer.with(.silent) { server in
            let client = RedisClient(configuration: server.configuration, logger: quiet)
            let service = Task { try await client.run() }
            try await eventually("it connects without a command") { server.open == 1 }
            service.cancel()
            try await service.value
            try await eventually("the socket is closed") { server.open == 0 }
            await #expect(throws: RedisError.closed) { try await client.execute(RedisCommand("PING")) }
        }
    }

    @Test func clientThatNobodyHoldsClosesItsConnection() async throws {
        try await FakeServer.with(.saying("+OK\r\n")) { server in
            var client: RedisClient? = RedisClient(configuration: server.configuration, logger: quiet)
            #expect(try await client?.execute(RedisCommand("FIRST")) == .simple("OK"))
            client = nil
            try await eventually("the socket is closed") { server.open == 0 }
            #expect(server.connections == 1, "and it does not come back")
        }
    }
}
