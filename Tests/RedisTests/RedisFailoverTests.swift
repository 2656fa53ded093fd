import LocalServers
import Redis
import TestSupport
import Testing

@Suite struct RedisFailoverTests {
    @Test(arguments: [
        "READONLY You can't write against a read only replica.",
        "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
        "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)",
    ])
    func connectionToAReplicaIsDroppedAndTheNextOneServes(_ refusal: String) async throws {
        try await FakeServer.with(.sayingFirst("-\(refusal)\r\n", then: "+OK\r\n")) { server in
            try await withClient(server.configuration) { client in
                let error = await #expect(throws: RedisError.self) { try await client.execute(RedisCommand("SET")) }
                #expect(error?.debugDescription.contains(refusal) == true)
                #expect(try await client.execute(RedisCommand("SET")) == .simple("OK"))
                try await eventually("the first connection is closed") { server.open == 1 }
                #expect(server.connections == 2)
            }
        }
    }

    @Test func scriptOnAMasterThatBecameAReplicaGetsANewConnection() async throws {
        try await withOwnRedis { redis in
            let configuration = try RedisConfiguration(url: redis.url)
            let script = RedisScript(name: "set", source: "return redis.call('SET', KEYS[1], 'v')")
            try await withClient(configuration) { client in
                _ = try await client.evaluate(script, keys: ["k"])
                _ = try await client.execute(RedisCommand("REPLICAOF", "127.0.0.1", "1"))
                let error = await #expect(throws: RedisError.self) { try await client.evaluate(script, keys: ["k"]) }
                guard case .reply(prefix: "READONLY", _) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                _ = try await client.execute(RedisCommand("REPLICAOF", "NO", "ONE"), deadline: .seconds(20))
                #expect(try await client.evaluate(script, keys: ["k"]) == .simple("OK"))
                #expect(client.statistics.reconnects == 1)
            }
        }
    }
}
