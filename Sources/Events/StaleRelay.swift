public import Logging
public import Notifications
public import Redis
public import ServiceLifecycle

/// Hears from Redis what became stale anywhere, and tells whoever keeps look-ups in this process. They are told as well
/// when nothing can be heard, and when it can again.
public struct StaleRelay: Service {
    private let subscriber: RedisSubscriber
    private let listeners: [any StaleListener]
    private let logger: Logger

    public init(subscriber: RedisSubscriber, listeners: [any StaleListener], logger: Logger) {
        self.subscriber = subscriber
        self.listeners = listeners
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            for await event in subscriber.messages(channels: [StaleEntry.topic]) {
                if let news = news(of: event) { tell(news) }
            }
        }
        tell(.deaf)
    }

    private func news(of event: RedisSubscriberEvent) -> StaleNews? {
        switch event {
        case .subscribed: return .listening
        case .disconnected:
            logger.warning("nothing that is looked up is kept until Redis is back")
            return .deaf
        case .message(_, let payload):
            return (try? JSON(parsing: payload)).flatMap(StaleEntry.init(json:)).map(StaleNews.stale)
        }
    }

    private func tell(_ news: StaleNews) {
        for listener in listeners { listener.hear(news) }
    }
}
