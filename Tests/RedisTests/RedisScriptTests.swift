import Foundation
import LocalServers
import Redis
import Testing

@Suite struct RedisScriptTests {
    /// Unknown to the server, since no other test has this source.
    private func newScript() -> RedisScript {
        RedisScript(name: "join", source: "-- \(UUID().uuidString)\nreturn KEYS[1] .. ':' .. ARGV[1]")
    }

    private func isLoaded(_ script: RedisScript, _ client: RedisClient) async throws -> Bool {
        try await client.execute(RedisCommand("SCRIPT", "EXISTS", RedisArgument(script.sha1))).array == [.integer(1)]
    }

    @Test func unknownScriptIsLoadedOnFirstUse() async throws {
        try await withOwnRedis { redis in
            try await withClient(RedisConfiguration(url: redis.url)) { client async throws in
                let script = newScript()
                #expect(try await !isLoaded(script, client))
                #expect(try await client.evaluate(script, keys: ["k"], arguments: ["a"]).string == "k:a")
                #expect(try await isLoaded(script, client))
                #expect(try await client.evaluate(script, keys: ["k"], arguments: [2]).string == "k:2")
            }
        }
    }

    @Test func pipelineRunsOnlyItsUnknownScriptsAgainAndKeepsTheOrder() async throws {
        try await withOwnRedis { redis in
            try await withClient(RedisConfiguration(url: redis.url)) { client async throws in
                let (known, unknown) = (newScript(), newScript())
                _ = try await client.evaluate(known, keys: ["k"], arguments: ["a"])
                let requests: [RedisRequest] = [
                    .command(RedisCommand("INCR", "counter")),
                    .script(unknown(keys: ["u"], arguments: [1])),
                    .script(known(keys: ["k"], arguments: [2])),
                    .command(RedisCommand("INCR", "counter")),
                    .script(unknown(keys: ["u"], arguments: [3])),
                ]
                let replies = try await client.pipeline(requests)
                #expect(replies.map(\.string) == [nil, "u:1", "k:2", nil, "u:3"])
                #expect(replies.map(\.int) == [1, nil, nil, 2, nil], "each INCR ran once")
            }
        }
    }

    @Test func flushedScriptsAreLoadedAgain() async throws {
        try await withOwnRedis { redis in
            try await withClient(RedisConfiguration(url: redis.url)) { client async throws in
                let script = newScript()
                for round in 0..<3 {
                    #expect(
                        try await client.evaluate(script, keys: ["k"], arguments: [RedisArgument(round)]).string
                            == "k:\(round)")
                    _ = try await client.execute(RedisCommand("SCRIPT", "FLUSH"))
                }
                #expect(
                    try await client.pipeline([.script(script(keys: ["p"], arguments: ["x"]))]).map(\.string) == ["p:x"]
                )
            }
        }
    }

    @Test func errorOfAScriptIsThrownAndItIsNotRunAgain() async throws {
        try await withSharedRedis { client async throws in
            let key = uniqueKey()
            let script = RedisScript(
                name: "fail", source: "redis.call('INCR', KEYS[1]) return redis.error_reply('BUSYNAME taken')")
            await #expect(throws: RedisError.reply(prefix: "BUSYNAME", message: "taken")) {
                try await client.evaluate(script, keys: [key])
            }
            #expect(try await client.execute(RedisCommand("GET", RedisArgument(key))).int == 1)
        }
    }

    @Test func secondNoScriptAnswerIsFinal() async throws {
        try await FakeServer.with(.saying("-NOSCRIPT No matching script\r\n")) { server in
            try await withClient(server.configuration) { client async throws in
                await #expect(throws: RedisError.reply(prefix: "NOSCRIPT", message: "No matching script")) {
                    try await client.evaluate(newScript())
                }
                #expect(server.received.map { $0.contains("EVALSHA") } == [true, false])
            }
        }
    }

    @Test func failureOfTheSecondRunSaysThatTheRestHasRun() async throws {
        try await FakeServer.with(.saying("-NOSCRIPT\r\n+OK\r\n", to: "EVALSHA")) { server in
            try await withClient(server.configuration) { client async throws in
                await #expect(throws: RedisError.timedOut(sent: true)) {
                    try await client.pipeline(
                        [.script(newScript()()), .command(RedisCommand("INCR", "k"))], deadline: .milliseconds(100))
                }
            }
        }
    }
}
