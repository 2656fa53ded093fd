import Redis
import Testing

@Suite struct RedisClientTests {
    @Test func bytesComeBackAsTheyWere() async throws {
        try await withSharedRedis { client in
            let key = RedisArgument(uniqueKey())
            let bytes = [UInt8](0...255) + Array("\r\n$5\r\n".utf8)
            let replies = try await client.pipeline([
                .command(RedisCommand("SET", key, RedisArgument(bytes))), .command(RedisCommand("GET", key)),
                .command(RedisCommand("DEL", key)), .command(RedisCommand("GET", key)),
            ])
            #expect(replies == [.simple("OK"), .bytes(bytes), .integer(1), .null])
        }
    }

    @Test func tenThousandPipelinedRepliesKeepTheirOrder() async throws {
        try await withSharedRedis { client in
            let requests = (0..<10_000).map { RedisRequest.command(RedisCommand("ECHO", "\($0)")) }
            let replies = try await client.pipeline(requests, deadline: .seconds(20))
            #expect(replies.map(\.int) == (0..<10_000).map { Int64($0) })
        }
    }

    @Test func manyTasksShareTheConnectionAndEachGetsItsOwnReply() async throws {
        try await withSharedRedis { client in
            let mismatches = try await withThrowingTaskGroup(of: Int.self) { group in
                for task in 0..<64 {
                    group.addTask {
                        var mismatches = 0
                        for step in 0..<100 {
                            let reply = try await client.execute(RedisCommand("ECHO", "\(task).\(step)"))
                            if reply.string != "\(task).\(step)" { mismatches += 1 }
                        }
                        return mismatches
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(mismatches == 0)
        }
    }

    @Test func bigNestedReplyIsReadWhole() async throws {
        try await withSharedRedis { client in
            let script = RedisScript(
                name: "nested",
                source: "local r = {} for i = 1, 1000 do r[i] = {i, {string.rep('x', 1000), {false}}} end return r")
            let reply = try await client.evaluate(script, deadline: .seconds(20))
            let expected = (1...1_000).map { number in
                let inner = RedisValue.array([
                    .bytes(Array(repeating: UInt8(ascii: "x"), count: 1_000)), .array([.null]),
                ])
                return RedisValue.array([.integer(Int64(number)), inner])
            }
            #expect(reply == .array(expected))
        }
    }

    @Test func errorReplyIsThrownWhenAloneAndStaysInPlaceInAPipeline() async throws {
        try await withSharedRedis { client in
            let key = RedisArgument(uniqueKey())
            let text = "WRONGTYPE Operation against a key holding the wrong kind of value"
            let replies = try await client.pipeline([
                .command(RedisCommand("SET", key, "v")), .command(RedisCommand("LPUSH", key, "x")),
                .command(RedisCommand("GET", key)),
            ])
            #expect(replies == [.simple("OK"), .error(text), .bytes([UInt8(ascii: "v")])])
            let expected = RedisError.reply(prefix: "WRONGTYPE", message: String(text.dropFirst("WRONGTYPE ".count)))
            await #expect(throws: expected) { try await client.execute(RedisCommand("LPUSH", key, "x")) }
        }
    }

    @Test func emptyPipelineIsAnsweredWithoutAServer() async throws {
        let configuration = RedisConfiguration(endpoint: .unix(path: "/nowhere"))
        try await withClient(configuration) { client in
            let replies = try await client.pipeline([])
            #expect(replies == [])
        }
    }

    @Test func pipelineAboveTheLimitIsRefusedWhole() async throws {
        try await FakeServer.with(.silent) { server in
            var configuration = server.configuration
            configuration.maximumPending = 3
            try await withClient(configuration) { client in
                let requests = Array(repeating: RedisRequest.command(RedisCommand("PING")), count: 4)
                await #expect(throws: RedisError.overloaded) { try await client.pipeline(requests) }
                #expect(server.received == [])
            }
        }
    }

    @Test func cancelledTaskSendsNothing() async throws {
        try await FakeServer.with(.saying("+OK\r\n")) { server in
            try await withClient(server.configuration) { client in
                _ = try await client.execute(RedisCommand("FIRST"))
                let task = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await client.execute(RedisCommand("SECOND"))
                }
                await #expect(throws: RedisError.cancelled(sent: false)) { try await task.value }
                #expect(server.received.count == 1)
            }
        }
    }
}
