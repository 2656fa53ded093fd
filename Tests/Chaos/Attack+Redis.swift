import Foundation
import LocalServers
import Redis

extension Attack {
    /// Every fault of Redis in turn, over and over.
    mutating func breakRedis() async throws {
        repeat {
            await inflict(.redisScriptFlush) {
                _ = try await redis { try await $0.execute(RedisCommand("SCRIPT", "FLUSH")) }
            }
            try await pause(0.2...0.5)
            await inflict(.redisWipe) { _ = try await redis { try await $0.execute(RedisCommand("FLUSHALL")) } }
            try await pause(0.5...1.5)
            await inflict(.redisReset) { fleet.redisLink.reset() }
            try await pause(0.2...0.5)
            await inflict(.redisFull) {
                try await redis { client in
                    _ = try await client.execute(RedisCommand("CONFIG", "SET", "maxmemory", "1mb"))
                    try await hold(.seconds(1))
                    _ = try await client.execute(RedisCommand("CONFIG", "SET", "maxmemory", "0"))
                }
            }
            try await pause(0.5...1.5)
            await inflict(.redisKill) {
                let server = await fleet.redis
                await server.kill()
                try await server.restart()
            }
            try await pause(0.5...1.5)
            await inflict(.redisTruncation) { try await truncate() }
            try await pause(0.5...1.5)
            await inflict(.redisFailover) { try await failOver() }
            try await pause(0.5...1.5)
        } while isGoingOn
    }

    /// Takes the second half of what the append-only file has grown by in the last second, as a crash of the machine
    /// would: killing the server alone loses nothing.
    private func truncate() async throws {
        let server = await fleet.redis
        let folder = "\(server.directory)/appendonlydir"
        func log() throws -> (path: String, size: UInt64) {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            guard let name = names.filter({ $0.hasSuffix(".incr.aof") }).sorted().last else {
                throw ChaosError.malformed("the append-only folder")
            }
            let size = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.size] as? UInt64
            return ("\(folder)/\(name)", size ?? 0)
        }
        let before = try log()
        try await hold(.seconds(1))
        await server.kill()
        let after = try log()
        let kept = after.path == before.path ? (before.size + after.size) / 2 : after.size / 2
        guard truncate(after.path, kept) else { throw ChaosError.unusable(after.path) }
        try await server.restart()
    }

    private func truncate(_ path: String, _ size: UInt64) -> Bool { Foundation.truncate(path, off_t(size)) == 0 }

    /// The replica hears nothing for a second, then the primary dies and the replica serves. A stopped replica would
    /// still apply what its socket holds; a link that swallows everything loses it.
    private func failOver() async throws {
        let (replica, link) = try await fleet.startReplica()
        try await redis(replica) { client in
            _ = try await client.execute(RedisCommand("REPLICAOF", "127.0.0.1", RedisArgument(link.port)))
            try await Waiting.until("the replica to have all", within: .seconds(30)) {
                let facts = try await client.execute(RedisCommand("INFO", "replication")).string ?? ""
                return facts.contains("master_link_status:up")
            }
            link.blackhole()
            try await hold(.seconds(1))
            let primary = await fleet.redis
            await primary.kill()
            _ = try await client.execute(RedisCommand("REPLICAOF", "NO", "ONE"))
            await link.stop()
            await primary.stop()
        }
        await fleet.serve(from: replica)
    }
}
