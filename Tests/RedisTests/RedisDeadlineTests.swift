import LocalServers
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Redis

@Suite struct RedisDeadlineTests {
    @Test func overdueReplyDropsTheConnectionAndTheNextCommandGetsANewOne() async throws {
        try await FakeServer.with(.sayingFirst(nil, then: "+OK\r\n")) { server in
            try await withClient(server.configuration) { client async throws in
                let other = Task { try await client.execute(RedisCommand("OTHER"), deadline: .seconds(60)) }
                try await eventually("the other command is in flight") { server.received.count == 1 }
                await #expect(throws: RedisError.timedOut(sent: true)) {
                    try await client.execute(RedisCommand("SLOW"), deadline: .milliseconds(50))
                }
                await #expect(throws: RedisError.connectionLost(sent: true)) { try await other.value }
                #expect(try await client.execute(RedisCommand("NEXT")) == .simple("OK"))
                #expect(server.connections == 2)
                try await eventually("the first connection is closed") { server.open == 1 }
            }
        }
    }

    @Test func replyAfterTheDeadlineIsNotTakenForTheNextOne() async throws {
        try await withOwnRedis(settings: ["enable-debug-command": "local"]) { redis in
            try await withClient(RedisConfiguration(url: redis.url)) { client async throws in
                await #expect(throws: RedisError.timedOut(sent: true)) {
                    try await client.execute(RedisCommand("DEBUG", "SLEEP", "0.2"), deadline: .milliseconds(50))
                }
                #expect(try await client.execute(RedisCommand("ECHO", "mine"), deadline: .seconds(20)).string == "mine")
            }
        }
    }

    @Test func alarmOfAnAnsweredCommandLeavesTheOthersAlone() async throws {
        try await FakeServer.with(.saying("+A\r\n+B\r\n", to: "LAST")) { server in
            let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
            let connection = try await RedisConnection.connect(server.configuration, idleTimeout: nil, on: eventLoop)
                .get()
            let soon = NIODeadline.now() + .seconds(1)
            async let answered = connection.send([RedisCommand("FIRST")], deadline: soon)
            try await eventually("it is in flight") { server.received.count == 1 }
            async let patient = connection.send([RedisCommand("LAST")], deadline: .distantFuture)
            #expect(await answered == .success([.simple("A")]))
            #expect(await patient == .success([.simple("B")]))
            async let open = connection.send([RedisCommand("OPEN")], deadline: .distantFuture)
            try await eventually("it is in flight") { server.received.count == 3 }
            // Due after the alarm, so run after it.
            try await eventLoop.scheduleTask(deadline: soon + .milliseconds(1)) {}.futureResult.get()
            #expect(connection.closeCause == nil)
            connection.close()
            #expect(await open == .failure(.connectionLost(sent: true)))
        }
    }

    @Test func withoutAServerACommandFailsAtItsDeadlineUnsent() async throws {
        try await withClient(RedisConfiguration(endpoint: .unix(path: "/nowhere"))) { client async throws in
            let error = await #expect(throws: RedisError.self) {
                try await client.execute(RedisCommand("PING"), deadline: .milliseconds(50))
            }
            guard case .notConnected(last: .unreachable) = error else {
                Issue.record("not the reason: \(String(describing: error))")
                return
            }
        }
    }

    @Test func connectionMayBeWaitedForLessLongThanAReply() async throws {
        try await withClient(RedisConfiguration(endpoint: .unix(path: "/nowhere"))) { client async throws in
            let start = ContinuousClock.now
            let error = await #expect(throws: RedisError.self) {
                try await client.pipeline(
                    [.command(RedisCommand("PING"))], connectingWithin: .milliseconds(50), deadline: .seconds(600))
            }
            #expect(error?.wasNeverSent == true)
            #expect(.now - start < .seconds(300))
        }
    }

    @Test func callersWhoWaitForAConnectionAreLimited() async throws {
        var configuration = RedisConfiguration(endpoint: .unix(path: "/nowhere"))
        configuration.maximumPending = 1
        try await withClient(configuration) { client async throws in
            let errors = await withTaskGroup(of: RedisError?.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        do throws(RedisError) {
                            _ = try await client.execute(RedisCommand("PING"), deadline: .seconds(1))
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(errors.count { $0 == .overloaded } == 1)
            #expect(errors.allSatisfy { $0?.wasNeverSent == true })
        }
    }

    @Test func cancellationEndsTheWaitForAConnection() async throws {
        try await withClient(RedisConfiguration(endpoint: .unix(path: "/nowhere"))) { client async throws in
            let task = Task { try await client.execute(RedisCommand("PING"), deadline: .seconds(60)) }
            task.cancel()
            await #expect(throws: RedisError.cancelled(sent: false)) { try await task.value }
        }
    }
}
