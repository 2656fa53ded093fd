import TestSupport
import Testing

@testable import Redis

@Suite struct RedisStatisticsTests {
    @Test func sentCommandsAndReconnectsAreCounted() async throws {
        try await FakeServer.with(.sayingFirst("?\r\n", then: "+A\r\n+B\r\n")) { server in
            try await withClient(server.configuration) { client in
                #expect(client.statistics == RedisStatistics(reconnects: 0, commandsSent: 0))
                await #expect(throws: RedisError.self) { try await client.execute(RedisCommand("FIRST")) }
                #expect(client.statistics.commandsSent == 1)
                _ = try await client.pipeline([.command(RedisCommand("A")), .command(RedisCommand("B"))])
                #expect(client.statistics == RedisStatistics(reconnects: 1, commandsSent: 3))
            }
        }
    }

    @Test func commandThatFoundNoServerIsNotCounted() async throws {
        try await withClient(RedisConfiguration(endpoint: .unix(path: "/nowhere"))) { client in
            await #expect(throws: RedisError.self) {
                try await client.execute(RedisCommand("PING"), deadline: .milliseconds(50))
            }
            #expect(client.statistics == RedisStatistics(reconnects: 0, commandsSent: 0))
        }
    }
}
