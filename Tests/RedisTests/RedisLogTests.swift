import LocalServers
import Logging
import Redis
import Synchronization
import TestSupport
import Testing

@Suite struct RedisLogTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private struct Recorder: LogHandler {
        let lines: Lines
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let metadata = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            lines.all.withLock { $0.append("\(event.level) \(event.message) \(metadata.joined(separator: " "))") }
        }
    }

    @Test func saysWhenTheConnectionComesAndGoesAndNothingOfTheCommands() async throws {
        try await withOwnRedis { redis in
            let lines = Lines()
            var configuration = try RedisConfiguration(url: redis.url)
            try await withClient(configuration) { admin in
                _ = try await admin.execute(RedisCommand("CONFIG", "SET", "requirepass", "hunter2"))
            }
            configuration.password = "hunter2"
            let client = RedisClient(
                configuration: configuration, logger: Logger(label: "test") { _ in Recorder(lines: lines) })
            _ = try await client.execute(RedisCommand("SET", "secret-key", "secret-value"))
            await redis.kill()
            try await eventually("the loss is logged") { lines.all.withLock { $0.count >= 3 } }
            await client.shutdown()
            let endpoint = "redis_endpoint=redis+unix://\(redis.socketPath)?db=0"
            #expect(
                lines.all.withLock { Array($0.prefix(3)) } == [
                    "info Redis connected \(endpoint)",
                    "warning Redis connection lost reason=closed by peer or network \(endpoint)",
                    "warning cannot connect to Redis reason=Redis is unreachable \(endpoint)",
                ])
        }
    }
}
