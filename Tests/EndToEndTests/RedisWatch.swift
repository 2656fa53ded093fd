import Foundation
import LocalServers
import Redis
import TestSupport

/// Everything that Redis is told, as `MONITOR` shows it.
struct RedisWatch {
    private let child: ChildProcess
    private let output: Lines

    static func start(on belfry: Installation) async throws -> RedisWatch {
        let output = Lines()
        let socket = belfry.redis.url.replacing("redis+unix://", with: "")
        let child = try ChildProcess(
            executable: "/usr/bin/env", arguments: ["redis-cli", "-s", socket, "MONITOR"],
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""], output: .lines { output.add($0) })
        _ = try await output.first { $0 == "OK" }
        return RedisWatch(child: child, output: output)
    }

    func stop() async -> String {
        await child.stop(grace: .seconds(1))
        return output.all.joined(separator: "\n") + "\n"
    }
}

extension Installation {
    /// Every key of Redis with all that is in it.
    func redisContent() async throws -> String {
        let script = """
            local read = {
                string = function(key) return redis.call('GET', key) end,
                list = function(key) return redis.call('LRANGE', key, 0, -1) end,
                hash = function(key) return redis.call('HGETALL', key) end,
                set = function(key) return redis.call('SMEMBERS', key) end,
                zset = function(key) return redis.call('ZRANGE', key, 0, -1) end,
            }
            local lines = {}
            for _, key in ipairs(redis.call('KEYS', '*')) do
                lines[#lines + 1] = key .. ' ' .. cjson.encode(read[redis.call('TYPE', key).ok](key))
            end
            return table.concat(lines, '\\n')
            """
        let redis = try redisClient()
        let content = try await redis.execute(RedisCommand("EVAL", RedisArgument(script), 0)).string ?? ""
        await redis.shutdown()
        return content
    }
}
