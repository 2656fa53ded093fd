import LocalServers
import Redis
import TestSupport
import Testing

@Suite struct RedisBlockingConnectionTests {
    @Test func wakesWhenAnElementComes() async throws {
        try await withOwnRedis { redis in
            let configuration = try RedisConfiguration(url: redis.url)
            let blocking = RedisBlockingConnection(configuration: configuration, logger: quiet)
            try await withClient(configuration) { client in
                let popped = Task {
                    try await blocking.block(RedisCommand("BLPOP", "wake", "30"), timeout: .seconds(30))
                }
                try await eventually("it blocks") { try await client.blockedClients() == 1 }
                _ = try await client.execute(RedisCommand("RPUSH", "wake", "bell"))
                #expect(try await popped.value == .array([.bytes(Array("wake".utf8)), .bytes(Array("bell".utf8))]))
            }
            await blocking.shutdown()
        }
    }

    @Test func isNullWhenTheServersTimeoutRunsOutAndTheConnectionIsUsedAgain() async throws {
        let redis = try await TestServers.shared.redis()
        let blocking = RedisBlockingConnection(configuration: try RedisConfiguration(url: redis.url), logger: quiet)
        let command = RedisCommand("BLPOP", RedisArgument(uniqueKey()), "0.01")
        #expect(try await blocking.block(command, timeout: .milliseconds(10)) == .null)
        #expect(try await blocking.block(command, timeout: .milliseconds(10)) == .null)
        await blocking.shutdown()
    }

    @Test func cancellationDropsTheSocketAndTheNextCommandGetsANewOne() async throws {
        try await FakeServer.with(.sayingFirst(nil, then: "*-1\r\n")) { server in
            let blocking = RedisBlockingConnection(configuration: server.configuration, logger: quiet)
            let task = Task { try await blocking.block(RedisCommand("BLPOP", "k", "60"), timeout: .seconds(60)) }
            try await eventually("it blocks") { server.received.count == 1 }
            task.cancel()
            await #expect(throws: RedisError.cancelled(sent: true)) { try await task.value }
            #expect(try await blocking.block(RedisCommand("BLPOP", "k", "1"), timeout: .seconds(1)) == .null)
            #expect(server.connections == 2)
            await blocking.shutdown()
        }
    }

    @Test func cancelledTaskDoesNotBlockAtAll() async throws {
        try await FakeServer.with(.silent) { server in
            let blocking = RedisBlockingConnection(configuration: server.configuration, logger: quiet)
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await blocking.block(RedisCommand("BLPOP", "k", "60"), timeout: .seconds(60))
            }
            await #expect(throws: RedisError.cancelled(sent: false)) { try await task.value }
            #expect(server.received == [])
            await blocking.shutdown()
        }
    }

    @Test func serverThatNeverAnswersIsTakenForDeadOneSecondAfterTheTimeout() async throws {
        try await FakeServer.with(.silent) { server in
            let blocking = RedisBlockingConnection(configuration: server.configuration, logger: quiet)
            let start = ContinuousClock.now
            await #expect(throws: RedisError.timedOut(sent: true)) {
                try await blocking.block(RedisCommand("BLPOP", "k", "0.05"), timeout: .milliseconds(50))
            }
            #expect(ContinuousClock.now - start >= .milliseconds(1_050))
            try await eventually("the connection is replaced") { server.connections == 2 && server.open == 1 }
            await blocking.shutdown()
        }
    }

    @Test func secondCommandAtTheSameTimeIsRefused() async throws {
        try await FakeServer.with(.silent) { server in
            let blocking = RedisBlockingConnection(configuration: server.configuration, logger: quiet)
            let first = Task { try await blocking.block(RedisCommand("BLPOP", "k", "60"), timeout: .seconds(60)) }
            try await eventually("it blocks") { server.received.count == 1 }
            await #expect(throws: RedisError.busy) {
                try await blocking.block(RedisCommand("BLPOP", "k", "60"), timeout: .seconds(60))
            }
            await blocking.shutdown()
            await #expect(throws: RedisError.connectionLost(sent: true)) { try await first.value }
        }
    }
}
