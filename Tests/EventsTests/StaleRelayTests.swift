import Events
import Foundation
import LocalServers
import Notifications
import Redis
import Synchronization
import TestSupport
import Testing

struct StaleRelayTests {
    /// Writes down what it is told.
    private final class Listener: StaleListener {
        private let heard = Mutex<[StaleNews]>([])
        func hear(_ news: StaleNews) { heard.withLock { $0.append(news) } }
        var news: [StaleNews] { heard.withLock { $0 } }
    }

    @Test func listenersHearWhatIsStaleAndWhetherAnythingIsHeardAtAll() async throws {
        let directory = "/tmp/belfry-stale-\(UUID().uuidString)"
        let redis = try await LocalRedis.start(directory: directory, durable: false)
        let configuration = try RedisConfiguration(url: redis.url)
        let client = RedisClient(configuration: configuration, logger: quiet)
        let listeners = [Listener(), Listener()]
        let relay = StaleRelay(
            subscriber: RedisSubscriber(configuration: configuration, logger: quiet), listeners: listeners,
            logger: quiet)
        let entry = StaleEntry(.recipients, tenant: "acme", key: "u42")
        func publish(_ text: String) async throws {
            _ = try await client.execute(RedisCommand("PUBLISH", RedisArgument(StaleEntry.topic), RedisArgument(text)))
        }
        func expect(_ news: [StaleNews], _ what: String) async throws {
            try await eventually("\(what)") { listeners.allSatisfy { $0.news == news } }
        }
        let running = Task { try await relay.run() }
        try await expect([.listening], "they listen")
        for text in ["", "{", #"{"cache":"recipients"}"#, #"{"cache":"newer","tenant":"acme","key":"u42"}"#] {
            try await publish(text)
        }
        try await publish(entry.json.text)
        try await expect([.listening, .stale(entry)], "they hear what is stale")
        _ = try await client.execute(RedisCommand("CLIENT", "KILL", "TYPE", "pubsub"))
        try await expect([.listening, .stale(entry), .deaf, .listening], "they hear of the loss")
        running.cancel()
        _ = try? await running.value
        #expect(listeners[0].news.last == .deaf, "nobody listens for them any more")
        await client.shutdown()
        await redis.stop()
        try FileManager.default.removeItem(atPath: directory)
    }
}
